//! What is said of what a project forbids.

use crate::analyses::touch::network::Opening;
use crate::diagnostics::{Code, Diagnostic, Place};

/// A program, or a script for a shell, that the project does not allow.
pub const PROGRAM: Code = Code("E0620");
/// A provider that the project does not allow.
pub const PROVIDER: Code = Code("E0621");
/// A tool that the project does not allow.
pub const TOOL: Code = Code("E0622");
/// An agent that may reach the network, which the project does not allow.
pub const NETWORK: Code = Code("E0623");
/// Files written that the project does not allow.
pub const WRITE: Code = Code("E0624");
/// A secret that the project does not allow.
pub const SECRET: Code = Code("E0625");

fn forbidden(code: Code, message: String, place: Place, key: &str, allowed: &[String]) -> Diagnostic {
    let names: Vec<String> = allowed.iter().map(|name| format!("`{name}`")).collect();
    let list = match names.split_last() {
        None => "nothing".to_owned(),
        Some((one, [])) => one.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    };
    Diagnostic::new(code, message, place)
        .note(format!("`{key}` of `[policy]` in flow.toml allows {list}"))
        .help("do without it, or allow it there")
}

pub(super) fn program(place: Place, name: &str, allowed: &[String]) -> Diagnostic {
    forbidden(PROGRAM, format!("the project does not allow the program `{name}`"), place, "programs", allowed)
}

/// A program whose name is only known at run time.
pub(super) fn unknown_program(place: Place, allowed: &[String]) -> Diagnostic {
    let message = "the project does not allow a program that is only known at run time".to_owned();
    forbidden(PROGRAM, message, place, "programs", allowed)
}

pub(super) fn shell(place: Place) -> Diagnostic {
    Diagnostic::new(PROGRAM, "the project does not allow scripts for a shell", place)
        .note("`[policy]` in flow.toml says `shell = false`")
        .help("run the program itself: `run: [\"program\", \"argument\"]`")
}

pub(super) fn provider(place: Place, name: &str, by_default: bool, allowed: &[String]) -> Diagnostic {
    let message = if by_default {
        format!("this agent names no provider and uses `{name}`, which the project does not allow")
    } else {
        format!("the project does not allow the provider `{name}`")
    };
    forbidden(PROVIDER, message, place, "providers", allowed)
}

pub(super) fn tool(place: Place, name: &str, allowed: &[String]) -> Diagnostic {
    forbidden(TOOL, format!("the project does not allow the tool `{name}`"), place, "tools", allowed)
}

/// An agent that names no tools.
pub(super) fn any_tool(place: Place, allowed: &[String]) -> Diagnostic {
    let message = "this agent names no tools, so that it has those of its provider".to_owned();
    let names = allowed.join(", ");
    forbidden(TOOL, message, place, "tools", allowed).help(format!("name them: `tools: [{names}]`"))
}

pub(super) fn network(place: Place, opening: Opening) -> Diagnostic {
    let (message, help) = match opening {
        Opening::Setting => {
            ("the project does not allow agents to reach the network".to_owned(), "do without it")
        }
        Opening::Sandbox => {
            let message =
                "an agent with `sandbox: full` reaches the network, which the project does not allow";
            (message.to_owned(), "do without it")
        }
        Opening::Servers => {
            let message =
                "an agent reaches the network through MCP servers, which the project does not allow";
            (message.to_owned(), "do without it")
        }
        Opening::Tool(name) => {
            let message = format!(
                "an agent reaches the network by the tool `{name}`, which the project does not allow"
            );
            (
                message,
                if name == "shell" { "do without it, say `sandbox: read_only`" } else { "do without it" },
            )
        }
        Opening::AnyTool => {
            let message = "this agent names no tools, so that it has a shell, and the project does not allow agents to reach the network";
            (
                message.to_owned(),
                "name tools without `shell` and `web`, `tools: [read, grep, edit]`, say `sandbox: read_only`",
            )
        }
    };
    Diagnostic::new(NETWORK, message, place)
        .note("`[policy]` in flow.toml says `network = false`")
        .help(format!("{help}, or allow it there"))
}

pub(super) fn write(place: Place, glob: &str, allowed: &[String]) -> Diagnostic {
    let message = if glob == "**" {
        "the project does not allow writing any file".to_owned()
    } else {
        format!("the project does not allow writing `{glob}`")
    };
    forbidden(WRITE, message, place, "write", allowed)
}

pub(super) fn secret(place: Place, name: &str, allowed: &[String]) -> Diagnostic {
    forbidden(SECRET, format!("the project does not allow the secret `{name}`"), place, "secrets", allowed)
}
