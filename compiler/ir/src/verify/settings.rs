//! The settings that declarations and calls know, and those that may carry secrets.

/// The settings of an agent besides its prompt and provider.
pub(super) const AGENT: &[&str] = &[
    "model",
    "effort",
    "system",
    "tools",
    "mcp",
    "skills",
    "sandbox",
    "network",
    "session",
    "timeout",
    "retry",
    "turns",
    "cost",
    "env",
    "workspace",
];

/// The settings of a human besides the question.
pub(super) const HUMAN: &[&str] = &["choices", "timeout", "notify"];

/// The settings of a command that a call may override.
const COMMAND: &[&str] = &["ok", "stdin", "cwd", "env", "timeout", "retry", "workspace"];

/// What a call of a flow may set.
const FLOW: &[&str] = &["timeout", "retry", "workspace", "turns", "time", "cost", "tokens"];

/// Whether `with { … }` on a call may set this.
pub(super) fn is_option(target: &crate::Target, name: &str) -> bool {
    use crate::Target;
    match target {
        Target::Command(_) => COMMAND.contains(&name),
        Target::Agent(_) => AGENT.contains(&name) || name == "provider",
        Target::Human(_) => HUMAN.contains(&name),
        Target::Flow(_) => FLOW.contains(&name),
    }
}

/// Whether a secret may stand in this setting.
pub(super) fn carries_secrets(name: &str) -> bool {
    matches!(name, "env" | "mcp" | "provider")
}
