//! `[policy]`: what no flow of a project may do.

/// What a project allows. What it does not mention it does not limit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Policy {
    /// The programs that may be started, by their first word; `*` stands for any part of it.
    pub programs: Option<Vec<String>>,
    /// Whether scripts for a shell may run; without it, if `programs` has `sh`.
    pub shell: Option<bool>,
    /// The providers that agents may use.
    pub providers: Option<Vec<String>>,
    /// The tools that agents may be given.
    pub tools: Option<Vec<String>>,
    /// Whether agents may reach the network.
    pub network: Option<bool>,
    /// The files that may be written, as patterns.
    pub write: Option<Vec<String>>,
    /// The secrets that may be used.
    pub secrets: Option<Vec<String>>,
    /// Which provider an agent uses that names none: `[defaults] provider`.
    pub default_provider: Option<String>,
}

impl Policy {
    /// Whether it forbids nothing.
    pub fn is_empty(&self) -> bool {
        let lists = [&self.programs, &self.providers, &self.tools, &self.write, &self.secrets];
        lists.iter().all(|list| list.is_none()) && self.shell != Some(false) && self.network != Some(false)
    }
}
