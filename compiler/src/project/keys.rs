//! The keys of `flow.toml`: one table, by which it is read and from which its JSON Schema is made.

/// A key with what it takes.
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) takes: Takes,
    /// What it says, for people.
    pub(super) doc: &'static str,
}

/// What a key takes.
pub(super) enum Takes {
    Text,
    /// The name of an adapter.
    Adapter,
    Truth,
    Texts,
    /// Patterns of files.
    Globs,
    /// Dollars, from 0 to a million.
    Dollars,
    /// A table of these keys.
    Table(&'static [Key]),
    /// A table of these keys, all of which it must have.
    Whole(&'static [Key]),
    /// Tables of these keys under names of the project's own.
    Tables(&'static [Key]),
    /// Texts under names of the project's own.
    Named,
    /// Levels under the names and codes of lints.
    Lints,
}

const fn key(name: &'static str, takes: Takes, doc: &'static str) -> Key {
    Key { name, takes, doc }
}

pub(super) static TOP: &[Key] = &[
    key("project", Takes::Table(PROJECT), "What the project is called."),
    key("providers", Takes::Tables(PROVIDER), "How agents are reached, by the name that `provider` gives."),
    key("defaults", Takes::Table(DEFAULTS), "What agents use that say nothing of it."),
    key(
        "policy",
        Takes::Table(POLICY),
        "What no flow of the project may do beyond; a key that is left out limits nothing.",
    ),
    key("lint", Takes::Lints, "How much the project minds each lint."),
    key("runs_dir", Takes::Text, "Where runs are kept, relative to the project; `runs` without it."),
];

pub(super) static PROJECT: &[Key] = &[
    key("name", Takes::Text, "Its name."),
    key("version", Takes::Text, "Its version."),
    key("edition", Takes::Text, "The edition of the language that it is written in."),
];

pub(super) static DEFAULTS: &[Key] = &[
    key("provider", Takes::Text, "The provider of agents that name none."),
    key("model", Takes::Text, "The model of agents that name none."),
];

pub(super) static PROVIDER: &[Key] = &[
    key("adapter", Takes::Adapter, "How it is driven: `claude` or `command`; its name without it."),
    key("model", Takes::Text, "The model, where an agent names none."),
    key("program", Takes::Text, "The program; the adapter's own without it."),
    key("args", Takes::Texts, "Arguments in front of the adapter's."),
    key("env", Takes::Named, "Environment variables; `$NAME` as a whole value takes the runner's."),
    key("base_url", Takes::Text, "Where the model answers."),
    key("price", Takes::Whole(PRICE), "What tokens cost, where the adapter does not say."),
];

pub(super) static PRICE: &[Key] = &[
    key("input", Takes::Dollars, "Dollars for a million tokens that the model reads."),
    key("output", Takes::Dollars, "Dollars for a million tokens that it writes."),
];

pub(super) static POLICY: &[Key] = &[
    key(
        "programs",
        Takes::Texts,
        "The programs that may be started, by their first word; `*` stands for any part of it.",
    ),
    key("shell", Takes::Truth, "Whether scripts for a shell may run; without it, if `programs` has `sh`."),
    key("providers", Takes::Texts, "The providers that agents may use."),
    key("tools", Takes::Texts, "The tools that agents may be given."),
    key("network", Takes::Truth, "Whether agents may reach the network."),
    key("write", Takes::Globs, "The files that may be written, as patterns."),
    key("secrets", Takes::Texts, "The secrets that may be used."),
];

/// The names of keys.
pub(super) fn names(keys: &'static [Key]) -> Vec<&'static str> {
    keys.iter().map(|key| key.name).collect()
}
