//! The inputs of a run: from JSON and from `name=value` to values of the parameters' types.

use flow_ir::{Flow, Program, Type};
use serde_json::{Map, Value as Json};

use crate::boundary::outline::outline;
use crate::boundary::workspace::Handover;
use crate::boundary::{Decoder, Extra, Workspace, encode, spelled};
use crate::interp::pure::Pure;
use crate::value::Value;

/// The root flow.
///
/// # Errors
/// The program has none.
pub fn root(program: &Program) -> Result<&Flow, String> {
    program.flows.get(&program.flow).ok_or_else(|| format!("the program has no flow `{}`", program.flow))
}

/// The values of the root flow's parameters, in order; `None` where the default is taken.
///
/// # Errors
/// Every input that is missing, unknown or not of its type, one a line.
pub fn decode(
    pure: &Pure,
    workspace: &Workspace,
    inputs: &Map<String, Json>,
) -> Result<Vec<Option<Value>>, String> {
    let flow = root(pure.program())?;
    let files = Handover { workspace, before: None };
    let decoder = Decoder { pure, files: &files, extra: Extra::Refuse };
    let mut values = Vec::new();
    let mut wrong = Vec::new();
    for param in &flow.frame.params {
        match inputs.get(param.name.as_str()) {
            Some(json) => match decoder.decode(json, &param.ty) {
                Ok(value) => values.push(Some(value)),
                Err(error) => wrong.push(format!("the input `{}`: {error}", param.name)),
            },
            None if param.default.is_some() => values.push(None),
            None if matches!(param.ty, flow_ir::Type::Option(_)) => values.push(Some(Value::None)),
            None => {
                let (name, wanted) = (&param.name, outline(pure.program(), &param.ty));
                wrong.push(format!(
                    "the input `{name}` of type `{}` is missing: give it with `--input {name}=VALUE`, which is {wanted}",
                    param.ty
                ));
            }
        }
    }
    for name in inputs.keys().filter(|name| flow.frame.params.iter().all(|param| param.name != name.as_str()))
    {
        let known: Vec<_> = flow.frame.params.iter().map(|param| format!("`{}`", param.name)).collect();
        let known =
            if known.is_empty() { "takes none".to_owned() } else { format!("takes {}", known.join(", ")) };
        wrong.push(format!("there is no input `{name}`: `{}` {known}", pure.program().flow));
    }
    if wrong.is_empty() { Ok(values) } else { Err(wrong.join("\n")) }
}

/// The JSON form of an input that was written as text.
///
/// # Errors
/// It is not of the parameter's type, or there is no such parameter.
pub fn spell(pure: &Pure, workspace: &Workspace, name: &str, text: &str) -> Result<Json, String> {
    let flow = root(pure.program())?;
    let Some(param) = flow.frame.params.iter().find(|param| param.name == name) else {
        // Told together with everything else that is wrong.
        return Ok(Json::from(text));
    };
    let files = Handover { workspace, before: None };
    let decoder = Decoder { pure, files: &files, extra: Extra::Refuse };
    match spelled::read(&decoder, text, &param.ty) {
        Ok(value) => Ok(encode::json(&value)),
        Err(error) => Err(format!("the input `{name}`: {error}{}", how_to_spell(name, text, &param.ty))),
    }
}

/// What is wrong with a text as JSON where only JSON can be meant, and how it is written.
fn how_to_spell(name: &str, text: &str, ty: &Type) -> String {
    let ty = if let Type::Option(inner) = ty { inner } else { ty };
    let looks_like_json = text.trim_start().starts_with(['{', '[']);
    match serde_json::from_str::<Json>(text) {
        Err(error) if looks_like_json => format!("; it is not JSON: {error}"),
        Err(_) if matches!(ty, Type::List(_)) => {
            format!("; a list is written as JSON: `--input '{name}=[…, …]'`")
        }
        Err(_) if matches!(ty, Type::Map(..)) => {
            format!("; a map is written as JSON: `--input '{name}={{\"key\": …}}'`")
        }
        _ => String::new(),
    }
}
