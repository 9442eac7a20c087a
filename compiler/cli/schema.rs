//! `flowc schema`

use crate::check::Output;
use crate::{Outcome, complain, flows, print};
use anyhow::Context as _;
use clap::{Args, ValueEnum};
use flow_compiler::lower::lower_type;
use flow_compiler::project::manifest_schema;
use flow_compiler::resolve::{DefKind, scope, suggest};
use flow_compiler::types::decl::{signature, type_def};
use flow_compiler::types::ty::{Ty, TyArgs};
use flow_ir::json_schema::{self, json_schema};
use std::path::PathBuf;

/// Print the JSON Schema of a type, of what an agent, command, human or flow yields, or of `flow.toml`
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    flowc schema poem.flow Review                       the JSON form of a type\n  \
    flowc schema poem.flow critic --dialect anthropic   what an agent is asked for\n  \
    flowc schema --manifest                             the form of `flow.toml`, for editors")]
pub(crate) struct Arguments {
    /// The file
    #[arg(required_unless_present = "manifest")]
    file: Option<PathBuf>,
    /// The type, or the declaration whose result it is
    #[arg(required_unless_present = "manifest")]
    name: Option<String>,
    /// Print the schema of `flow.toml` instead
    #[arg(long, exclusive = true)]
    manifest: bool,
    /// Who is to read the schema
    #[arg(long, value_enum, default_value = "json-schema")]
    dialect: Dialect,
    #[command(flatten)]
    findings: Output,
}

#[derive(Clone, Copy, ValueEnum)]
enum Dialect {
    /// Draft 2020-12: the language's JSON form exactly
    JsonSchema,
    /// The input of an Anthropic tool
    Anthropic,
    /// OpenAI's strict structured output
    Openai,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let (Some(file), Some(name)) = (&arguments.file, &arguments.name) else {
        print(&format!("{:#}\n", manifest_schema()));
        return Ok(Outcome::Clean);
    };
    let (session, root) = match flows::checked(file, &arguments.findings)? {
        Ok(found) => found,
        Err(outcome) => return Ok(outcome),
    };
    let db = &session.db;
    let names = scope(db, root);
    let Some(def) = names.ty(name).or_else(|| names.value(name)).cloned() else {
        let hint = suggest(name, names.names().map(|(name, _)| name.as_str()));
        let hint = hint.map_or_else(String::new, |hint| format!("; did you mean `{hint}`?"));
        let path = session.shown(root.path(db));
        complain(&format!("there is no `{name}` in `{path}`{hint}"));
        return Ok(Outcome::Usage);
    };
    let generic = |what: &str| {
        complain(&format!("`{name}` is a generic {what}: it has no schema before its parameters are given"));
        Ok(Outcome::Usage)
    };
    let ty = match def.kind {
        DefKind::Type => match type_def(db, def.key.clone()) {
            Some(known) if known.params.is_empty() => Ty::Named(def.key.clone(), TyArgs::default()),
            _ => return generic("type"),
        },
        _ => match signature(db, def.key.clone()) {
            Some(known) if known.type_params.is_empty() => known.result.clone(),
            Some(_) => return generic("declaration"),
            None => {
                complain(&format!("`{name}` yields no value that has a schema"));
                return Ok(Outcome::Usage);
            }
        },
    };
    let dialect = match arguments.dialect {
        Dialect::JsonSchema => json_schema::Dialect::JsonSchema,
        Dialect::Anthropic => json_schema::Dialect::Anthropic,
        Dialect::Openai => json_schema::Dialect::OpenAi,
    };
    let (ty, types) = lower_type(db, &def.key, &ty)?;
    let schema = json_schema(&ty, &types, dialect);
    print(&format!(
        "{}\n",
        serde_json::to_string_pretty(&schema).context("cannot write the schema as JSON")?
    ));
    Ok(Outcome::Clean)
}
