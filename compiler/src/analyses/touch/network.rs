//! What opens the network to an agent.
//!
//! A provider keeps its own tools from the network unless `network: true` opens it. What an agent starts from a shell nobody keeps
//! from it, nor what runs without a sandbox.

use crate::analyses::outline::Fact;

/// What opens the network to an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// `network: true`
    Setting,
    /// `sandbox: full`
    Sandbox,
    /// `mcp: […]`
    Servers,
    /// A tool that it is given.
    Tool(&'static str),
    /// It names no tools and has those of its provider, with a shell among them.
    AnyTool,
}

impl Opening {
    /// The setting that says it, or would say something else.
    pub const fn setting(self) -> &'static str {
        match self {
            Self::Setting => "network",
            Self::Sandbox => "sandbox",
            Self::Servers => "mcp",
            Self::Tool(_) | Self::AnyTool => "tools",
        }
    }
}

/// All that opens the network to an agent with these settings. What only a run knows may open it.
pub fn openings<'f>(setting: &dyn Fn(&str) -> Option<&'f Fact>) -> Vec<Opening> {
    let mut out = Vec::new();
    if setting("network").is_some_and(|fact| *fact != Fact::Bool(false)) {
        out.push(Opening::Setting);
    }
    let sandbox = setting("sandbox").map(Fact::plain);
    if matches!(sandbox, Some(None | Some("full"))) {
        out.push(Opening::Sandbox);
    }
    if setting("mcp").is_some_and(|fact| *fact != Fact::List(Vec::new())) {
        out.push(Opening::Servers);
    }
    // It runs nothing that changes or sends anything.
    let has_shell = sandbox != Some(Some("read_only"));
    match setting("tools") {
        Some(Fact::List(tools)) => {
            let has = |name: &str| tools.iter().any(|tool| tool.plain() == Some(name));
            out.extend(has("web").then_some(Opening::Tool("web")));
            out.extend((has_shell && has("shell")).then_some(Opening::Tool("shell")));
        }
        _ if has_shell => out.push(Opening::AnyTool),
        _ => {}
    }
    out
}
