//! `flowc doc`: a reference of what modules export, as pages for a browser or for a repository's own pages.

mod html;
mod picture;

use crate::check::{Output, open};
use crate::{Outcome, complain, print};
use anyhow::Context as _;
use clap::{Args, ValueEnum};
use flow_compiler::db::SourceFile;
use flow_compiler::graph::Graph;
use flow_compiler::host::Session;
use flow_compiler::reference::{Style, first_sentence, page, summary};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Write a reference of what modules export: a page for each, with the graphs of its flows
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    flowc doc                              every module below this directory, as HTML in `reference`\n  \
    flowc doc flows --as markdown -o docs/flows\n\n\
    What is described: documentation comments (`///`, and `//!` for the module), types, what a flow may use and use up.\n\
    Names that begin with `_` are left out.")]
pub(crate) struct Arguments {
    /// Files and directories
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// The directory to write to; pages that are there are replaced
    #[arg(short, long, default_value = "reference", value_name = "DIRECTORY")]
    output: PathBuf,
    /// The form of the pages
    #[arg(long = "as", value_enum, default_value = "html", value_name = "FORM")]
    form: Form,
    #[command(flatten)]
    findings: Output,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// Pages that a browser shows as they are, without a network
    Html,
    /// Markdown, graphs in Mermaid
    Markdown,
}

impl Form {
    fn extension(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Markdown => "md",
        }
    }

    fn draw(self, graph: &Graph) -> (&'static str, String) {
        match self {
            // Drawn when the page is made, see `html`.
            Self::Html => ("dot", graph.to_dot()),
            Self::Markdown => ("mermaid", graph.to_mermaid()),
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let session = open(&arguments.paths, "<stdin>")?;
    let report = session.check();
    if report.has_errors() {
        print(&arguments.findings.render(&report));
        complain("there are no pages of programs with errors");
        return Ok(Outcome::Errors);
    }
    let form = arguments.form;
    let modules: BTreeMap<SourceFile, Module> =
        session.roots.iter().map(|root| (*root, Module::of(&session, *root, form))).collect();
    let mut index = format!("# {}\n", session.project.name.as_deref().unwrap_or("Modules"));
    for root in &session.roots {
        let Some(module) = modules.get(root) else { continue };
        let to_top = "../".repeat(module.page.matches('/').count());
        let link = |file: SourceFile| Some(format!("{to_top}{}", modules.get(&file)?.page));
        let style = Style { page: &link, draw: &|graph| form.draw(graph) };
        let text = page(&session.db, *root, &module.title, &style);
        write(arguments, &module.page, &module.title, &text)?;
        let says = summary(&session.db, *root).unwrap_or_default();
        let says = first_sentence(&says);
        let gap = if says.is_empty() { "" } else { ": " };
        let _ = write!(index, "\n- [{}]({}){gap}{}", module.title, module.page, says.replace('\n', " "));
    }
    index.push('\n');
    let first = format!("index.{}", form.extension());
    write(arguments, &first, "Reference", &index)?;
    let many = if modules.len() == 1 { "" } else { "s" };
    let shown = arguments.output.join(first);
    print(&format!("{} module{many} described: {}\n", modules.len(), shown.display()));
    Ok(Outcome::Clean)
}

/// A module and its page.
struct Module {
    title: String,
    /// The path of its page, with `/`.
    page: String,
}

impl Module {
    fn of(session: &Session, root: SourceFile, form: Form) -> Self {
        let shown = session.shown(root.path(&session.db));
        let title = shown.strip_suffix(".flow").unwrap_or(&shown).to_owned();
        // Pages stay in the directory that they are for, whatever is documented.
        let parts: Vec<&str> = title.split('/').filter(|part| !matches!(*part, "" | "." | "..")).collect();
        let path = parts.join("/");
        // The first page of all is not a module's.
        let path = if path == "index" { "index-module" } else { &path };
        Self { page: format!("{path}.{}", form.extension()), title }
    }
}

/// Writes a page.
fn write(arguments: &Arguments, page: &str, title: &str, markdown: &str) -> anyhow::Result<()> {
    let path = arguments.output.join(Path::new(page));
    let context = || format!("cannot write `{}`", path.display());
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).with_context(context)?;
    }
    let text = match arguments.form {
        Form::Html => html::page(title, markdown),
        Form::Markdown => markdown.to_owned(),
    };
    fs::write(&path, text).with_context(context)
}
