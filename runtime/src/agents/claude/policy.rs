//! Which tools an agent has and what it may do with them.
//!
//! Claude Code asks before it does anything that is not plainly reading inside its working directory; the answers are
//! given here. This is a policy that a well-meaning agent keeps to, not a wall: a shell command that was allowed can do
//! what the user can. Whoever needs a wall runs `flow` in a container.

use std::path::{Component, Path, PathBuf};

use serde_json::Value;

use super::protocol;
use crate::agents::{Sandbox, TurnRequest};

/// Tools by our name and by Claude Code's; one of ours may be several of its.
const TOOLS: &[(&str, &str)] = &[
    ("read", "Read"),
    ("grep", "Grep"),
    ("glob", "Glob"),
    ("edit", "Edit"),
    ("write", "Write"),
    ("shell", "Bash"),
    ("web", "WebFetch"),
    ("web", "WebSearch"),
];

/// What an agent may do.
pub(super) struct Policy {
    sandbox: Sandbox,
    network: bool,
    workspace: PathBuf,
    tools: Vec<String>,
}

impl Policy {
    pub(super) fn of(request: &TurnRequest) -> Self {
        let suggested = |sandbox, network| {
            let mut tools = vec!["read", "grep", "glob", "shell"];
            if sandbox != Sandbox::ReadOnly {
                tools.extend(["edit", "write"]);
            }
            if network {
                tools.push("web");
            }
            tools.into_iter().map(str::to_owned).collect()
        };
        let tools = request.tools.clone().unwrap_or_else(|| suggested(request.sandbox, request.network));
        Self {
            sandbox: request.sandbox,
            network: request.network,
            workspace: request.workspace.clone(),
            tools: tools.iter().flat_map(|tool| theirs(tool)).collect(),
        }
    }

    /// The built-in tools that the agent has, by Claude Code's names.
    pub(super) fn builtin(&self) -> &[String] {
        &self.tools
    }

    /// Whether the agent may do what it asks for; if not, the reason for the agent.
    pub(super) fn decide(&self, tool: &str, input: &Value, blocked_path: Option<&str>) -> Result<(), String> {
        if protocol::is_ours(tool) || self.sandbox == Sandbox::Full {
            return Ok(());
        }
        if !self.tools.iter().any(|allowed| allowed == tool) {
            return Err(format!("`{tool}` is not among the tools of this agent"));
        }
        match tool {
            "WebFetch" | "WebSearch" if self.network => Ok(()),
            "WebFetch" | "WebSearch" => Err("this agent has no network access".to_owned()),
            "Read" | "Grep" | "Glob" => self.inside(input),
            _ if self.sandbox == Sandbox::ReadOnly => {
                Err("this agent may read and change nothing; do without".to_owned())
            }
            "Edit" | "Write" | "NotebookEdit" => self.inside(input),
            _ => match blocked_path {
                Some(path) => self.is_inside(Path::new(path)),
                None => Ok(()),
            },
        }
    }

    fn inside(&self, input: &Value) -> Result<(), String> {
        let path = ["file_path", "notebook_path", "path"].iter().find_map(|key| input[key].as_str());
        path.map_or(Ok(()), |path| self.is_inside(Path::new(path)))
    }

    /// Proves that a path lies in the workspace, after resolving links, whether or not it exists yet.
    fn is_inside(&self, path: &Path) -> Result<(), String> {
        let outside = || {
            format!("{} is outside the workspace of this agent, {}", path.display(), self.workspace.display())
        };
        let root = self.workspace.canonicalize().map_err(|_| outside())?;
        let real = resolve(&self.workspace.join(path)).ok_or_else(outside)?;
        if real.starts_with(&root) { Ok(()) } else { Err(outside()) }
    }
}

fn theirs(tool: &str) -> Vec<String> {
    let known = TOOLS.iter().filter(|(ours, _)| *ours == tool).map(|(_, theirs)| (*theirs).to_owned());
    let known: Vec<String> = known.collect();
    if known.is_empty() { vec![tool.to_owned()] } else { known }
}

/// Resolves the links of the part of a path that exists; the rest must not climb.
fn resolve(path: &Path) -> Option<PathBuf> {
    let mut rest = Vec::new();
    let mut existing = path;
    loop {
        if let Ok(real) = existing.canonicalize() {
            return Some(rest.iter().rev().fold(real, |path, part| path.join(part)));
        }
        // A link to nowhere could be made to lead anywhere.
        if existing.is_symlink() {
            return None;
        }
        match existing.components().next_back()? {
            Component::Normal(name) => rest.push(name.to_owned()),
            _ => return None,
        }
        existing = existing.parent()?;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::agents::testing::request;

    fn policy(dir: &Path, change: impl FnOnce(&mut TurnRequest)) -> Policy {
        let mut request = TurnRequest { workspace: dir.to_owned(), ..request() };
        change(&mut request);
        Policy::of(&request)
    }

    #[test]
    fn tools_follow_the_sandbox_unless_they_are_listed() {
        let dir = tempfile::tempdir().unwrap();
        let tools = |change: fn(&mut TurnRequest)| policy(dir.path(), change).builtin().join(",");
        assert_eq!(tools(|_| {}), "Read,Grep,Glob,Bash,Edit,Write");
        assert_eq!(tools(|r| r.sandbox = Sandbox::ReadOnly), "Read,Grep,Glob,Bash");
        assert_eq!(
            tools(|r| (r.sandbox, r.network) = (Sandbox::ReadOnly, true)),
            "Read,Grep,Glob,Bash,WebFetch,WebSearch"
        );
        assert_eq!(tools(|r| r.tools = Some(vec!["read".to_owned(), "Task".to_owned()])), "Read,Task");
        assert_eq!(tools(|r| r.tools = Some(vec!["web".to_owned()])), "WebFetch,WebSearch");
        assert_eq!(tools(|r| r.tools = Some(Vec::new())), "");
    }

    #[test]
    fn a_reader_changes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let policy = policy(dir.path(), |r| r.sandbox = Sandbox::ReadOnly);
        assert!(policy.decide("Read", &json!({"file_path": "a.txt"}), None).is_ok());
        assert!(policy.decide("Bash", &json!({"command": "touch x"}), None).is_err());
        let why = policy.decide("Edit", &json!({"file_path": "a.txt"}), None).unwrap_err();
        assert_eq!(why, "`Edit` is not among the tools of this agent");
    }

    #[test]
    fn files_are_written_in_the_workspace_alone_links_and_dots_included() {
        let dir = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(outside.path(), dir.path().join("way-out")).unwrap();
        std::os::unix::fs::symlink("/nowhere/at/all", dir.path().join("dangling")).unwrap();
        let policy = policy(dir.path(), |_| {});
        let write = |path: &str| policy.decide("Write", &json!({"file_path": path}), None);
        assert!(write("new/deep/file.txt").is_ok());
        assert!(write(&dir.path().join("file.txt").to_string_lossy()).is_ok());
        for path in ["../x", "new/../../x", "way-out/x", "dangling", "dangling/x", "/etc/passwd"] {
            assert!(write(path).is_err(), "{path}");
        }
        assert!(policy.decide("Bash", &json!({"command": "touch /etc/x"}), Some("/etc/x")).is_err());
        assert!(policy.decide("Bash", &json!({"command": "touch x"}), Some("x")).is_ok());
    }

    #[test]
    fn the_network_is_closed_unless_it_was_opened() {
        let dir = tempfile::tempdir().unwrap();
        let listed = Some(vec!["web".to_owned()]);
        let closed = policy(dir.path(), |r| r.tools = listed.clone());
        assert_eq!(
            closed.decide("WebFetch", &json!({}), None).unwrap_err(),
            "this agent has no network access"
        );
        let open = policy(dir.path(), |r| (r.tools, r.network) = (listed.clone(), true));
        assert!(open.decide("WebFetch", &json!({}), None).is_ok());
    }

    #[test]
    fn our_own_tools_are_always_allowed_and_a_full_agent_may_do_anything() {
        let dir = tempfile::tempdir().unwrap();
        let none = policy(dir.path(), |r| r.tools = Some(Vec::new()));
        assert!(none.decide("mcp__flow__finish", &json!({}), None).is_ok());
        assert!(none.decide("Bash", &json!({}), None).is_err());
        let full = policy(dir.path(), |r| r.sandbox = Sandbox::Full);
        assert!(full.decide("Write", &json!({"file_path": "/etc/x"}), None).is_ok());
    }
}
