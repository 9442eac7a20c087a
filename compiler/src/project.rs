//! `flow.toml`: what a project says of itself. Text in, plain data and findings out.

mod keys;
mod lint;
mod policy;
mod schema;

pub use policy::Policy;
pub use schema::manifest_schema;

use crate::diagnostics::report::{Finding, FindingFix, FindingLabel};
use crate::diagnostics::{Code, Severity};
use crate::lints::Levels;
use crate::resolve::suggest;
use crate::types::decl::why_bad_glob;
use flow_grammar::span::Span;
use std::collections::BTreeMap;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// `flow.toml` is not TOML.
pub const NOT_TOML: Code = Code("E0610");
/// A key of `flow.toml` that nothing reads.
pub const UNKNOWN_KEY: Code = Code("E0611");
/// A value of `flow.toml` that is not of its key's kind.
pub const WRONG_VALUE: Code = Code("E0612");

/// The adapters that the runtime has.
pub const ADAPTERS: [&str; 2] = ["claude", "command"];

/// The provider that there always is.
pub const DEFAULT_PROVIDER: &str = "claude";

/// What a project says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Project {
    /// `[project] name`
    pub name: Option<String>,
    /// `[project] version`
    pub version: Option<String>,
    /// `[project] edition`
    pub edition: Option<String>,
    /// `runs_dir`: where runs are kept, relative to the project; `runs` without it.
    pub runs_dir: Option<String>,
    /// `[defaults] provider`
    pub default_provider: Option<String>,
    /// `[defaults] model`
    pub default_model: Option<String>,
    /// `[providers.NAME]`
    pub providers: BTreeMap<String, Provider>,
    /// `[policy]`
    pub policy: Policy,
    /// `[lint]`
    pub lints: Levels,
}

/// How agents of a provider are reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provider {
    /// `claude`, `command`, …; the provider's name without it.
    pub adapter: Option<String>,
    /// The model, where an agent names none.
    pub model: Option<String>,
    /// The program; the adapter's own without it.
    pub program: Option<String>,
    /// Arguments in front of the adapter's.
    pub args: Vec<String>,
    /// Environment variables; `$NAME` as a whole value takes the runner's.
    pub env: BTreeMap<String, String>,
    /// Where the model answers.
    pub base_url: Option<String>,
    /// What tokens cost, where the adapter does not say.
    pub price: Option<Price>,
}

/// What a million tokens cost, in millionths of a dollar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Price {
    /// Read by the model.
    pub input: u64,
    /// Written by it.
    pub output: u64,
}

/// The most that a price may be.
const MOST_DOLLARS: f64 = 1e6;

/// Reads `flow.toml`. Findings speak of source 0.
pub fn parse(text: &str) -> (Project, Vec<Finding>) {
    let mut reader = Reader { findings: Vec::new() };
    let mut project = Project::default();
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut default = None;
    for (key, value) in table.get_ref() {
        match key.get_ref().as_ref() {
            "runs_dir" => project.runs_dir = reader.text("runs_dir", value),
            "project" => {
                for (key, value) in reader.table("project", value, Some(keys::PROJECT)) {
                    let text = reader.text(key, value);
                    match key {
                        "name" => project.name = text,
                        "version" => project.version = text,
                        _ => project.edition = text,
                    }
                }
            }
            "defaults" => {
                for (key, value) in reader.table("defaults", value, Some(keys::DEFAULTS)) {
                    let text = reader.text(key, value);
                    match key {
                        "provider" => {
                            project.default_provider = text;
                            default = Some(value.span());
                        }
                        _ => project.default_model = text,
                    }
                }
            }
            "providers" => {
                for (name, key, value) in reader.entries("providers", value) {
                    let provider = reader.provider(name, key, value);
                    project.providers.insert(name.to_owned(), provider);
                }
            }
            "policy" => project.policy = reader.policy(value),
            "lint" => project.lints = reader.lints(value),
            unknown => reader.unknown(unknown, key.span(), &keys::names(keys::TOP), "flow.toml"),
        }
    }
    project.policy.default_provider.clone_from(&project.default_provider);
    if let (Some(name), Some(span)) = (&project.default_provider, default) {
        reader.known_provider(name, span, &project.providers);
    }
    // What stands behind the first mistake may be misread because of it.
    if let Some(error) = errors.iter().min_by_key(|error| error.span().map_or(0, |span| span.start)) {
        reader.findings.clear();
        reader.not_toml(text, error);
    }
    reader.findings.sort_by_key(|finding| finding.labels.first().map(|label| label.span.start));
    (project, reader.findings)
}

struct Reader {
    findings: Vec<Finding>,
}

type Span8 = std::ops::Range<usize>;

impl Reader {
    fn report(&mut self, code: Code, message: String, span: Span8) {
        let bytes = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let span = Span::new(bytes(span.start), bytes(span.end));
        self.findings.push(Finding {
            code,
            severity: code.severity(),
            message,
            labels: vec![FindingLabel { source: 0, span, text: String::new() }],
            notes: Vec::new(),
            help: None,
            fixes: Vec::new(),
        });
    }

    /// Text that is not TOML, with what was meant where that is plain.
    fn not_toml(&mut self, text: &str, error: &toml::de::Error) {
        let span = error.span().unwrap_or(0..0);
        let before = text.get(..span.start).unwrap_or_default();
        let line = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = text.get(line..).unwrap_or_default().lines().next().unwrap_or_default();
        let is_key = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ');
        let behind_key = line.trim_start_matches(is_key);
        let why = error.message();
        self.report(NOT_TOML, format!("`flow.toml` is not TOML: {why}"), span);
        let help = if behind_key.starts_with(':') && behind_key.len() < line.len() {
            "between a key and its value stands `=`: `name = \"poems\"`"
        } else if why.contains("must be quoted") || why.contains("invalid float") {
            "text stands in double quotes: `name = \"poems\"`"
        } else if why.contains("duplicate key") {
            "each key and each `[table]` stands once: put them together"
        } else {
            return;
        };
        if let Some(finding) = self.findings.last_mut() {
            finding.help = Some(help.to_owned());
        }
    }

    fn unknown(&mut self, key: &str, span: Span8, known: &[&str], place: &str) {
        self.report(UNKNOWN_KEY, format!("`{key}` is no key of {place}"), span);
        let nearest = suggest(key, known.iter().copied());
        let Some(finding) = self.findings.last_mut() else { return };
        finding.severity = Severity::Error;
        match nearest {
            Some(nearest) => {
                finding.help = Some(format!("did you mean `{nearest}`?"));
                let edit = finding.labels.first().map(|label| (label.source, label.span, nearest.to_owned()));
                finding.fixes.push(FindingFix {
                    title: format!("change to `{nearest}`"),
                    edits: edit.into_iter().collect(),
                    certain: false,
                });
            }
            None => finding.help = Some(format!("the keys are {}", list(known))),
        }
    }

    fn wrong(&mut self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str) {
        let found = value.get_ref().type_str();
        self.report(WRONG_VALUE, format!("`{key}` takes {wanted}, this is {}", article(found)), value.span());
    }

    fn text(&mut self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<String> {
        let text = value.get_ref().as_str().map(str::to_owned);
        if text.is_none() {
            self.wrong(key, value, "a string");
        }
        text
    }

    /// The entries of a table that are known; all of them without `known`.
    fn table<'v, 'i>(
        &mut self,
        name: &str,
        value: &'v Spanned<DeValue<'i>>,
        known: Option<&'static [keys::Key]>,
    ) -> Vec<(&'v str, &'v Spanned<DeValue<'i>>)> {
        let mut out = Vec::new();
        for (key, span, value) in self.entries(name, value) {
            match known {
                Some(known) if known.iter().all(|known| known.name != key) => {
                    self.unknown(key, span, &keys::names(known), &format!("`[{name}]`"));
                }
                _ => out.push((key, value)),
            }
        }
        out
    }

    /// The entries of a table with the places of their keys.
    fn entries<'v, 'i>(
        &mut self,
        name: &str,
        value: &'v Spanned<DeValue<'i>>,
    ) -> Vec<(&'v str, Span8, &'v Spanned<DeValue<'i>>)> {
        match value.get_ref().as_table() {
            Some(table) => {
                table.iter().map(|(key, value)| (key.get_ref().as_ref(), key.span(), value)).collect()
            }
            None => {
                self.wrong(name, value, "a table");
                Vec::new()
            }
        }
    }

    fn policy(&mut self, value: &Spanned<DeValue<'_>>) -> Policy {
        let mut policy = Policy::default();
        for (key, value) in self.table("policy", value, Some(keys::POLICY)) {
            match key {
                "programs" => policy.programs = self.texts(key, value),
                "providers" => policy.providers = self.texts(key, value),
                "tools" => policy.tools = self.texts(key, value),
                "write" => {
                    policy.write = self.texts(key, value);
                    value.get_ref().as_array().into_iter().flatten().for_each(|glob| self.glob(glob));
                }
                "secrets" => policy.secrets = self.texts(key, value),
                "shell" => policy.shell = self.truth(key, value),
                _ => policy.network = self.truth(key, value),
            }
        }
        policy
    }

    fn truth(&mut self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<bool> {
        let truth = value.get_ref().as_bool();
        if truth.is_none() {
            self.wrong(key, value, "`true` or `false`");
        }
        truth
    }

    fn texts(&mut self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<Vec<String>> {
        let Some(items) = value.get_ref().as_array() else {
            self.wrong(key, value, "a list of strings");
            return None;
        };
        Some(items.iter().filter_map(|item| self.text(key, item)).collect())
    }

    /// That a pattern can match a file of the workspace.
    fn glob(&mut self, value: &Spanned<DeValue<'_>>) {
        if let Some(glob) = value.get_ref().as_str()
            && let Some(why) = why_bad_glob(glob)
        {
            self.report(
                WRONG_VALUE,
                format!("`{glob}` can match no file of the workspace: {why}"),
                value.span(),
            );
        }
    }

    /// That `[defaults] provider` is one that there is.
    fn known_provider(&mut self, name: &str, span: Span8, providers: &BTreeMap<String, Provider>) {
        if name != DEFAULT_PROVIDER && !providers.contains_key(name) {
            let known = providers.keys().map(String::as_str).chain([DEFAULT_PROVIDER]);
            self.report(WRONG_VALUE, format!("there is no provider `{name}`"), span);
            self.meant(name, known, &format!("add `[providers.{name}]`"));
        }
    }

    /// That an adapter is one of the runtime's: the one that is given, or the one that the provider is called like.
    fn adapter(&mut self, provider: &str, given: Option<&str>, span: Span8) {
        let adapter = given.unwrap_or(provider);
        if ADAPTERS.contains(&adapter) {
            return;
        }
        let known = list(&ADAPTERS);
        match given {
            Some(_) => {
                self.report(WRONG_VALUE, format!("there is no adapter `{adapter}`"), span);
                self.meant(adapter, ADAPTERS.into_iter(), &format!("there are {known}"));
            }
            None => {
                self.report(
                    WRONG_VALUE,
                    format!("`providers.{provider}` does not say how it is driven"),
                    span,
                );
                if let Some(finding) = self.findings.last_mut() {
                    finding.help = Some(format!("add `adapter`: there are {known}"));
                }
            }
        }
    }

    /// Adds to the last finding, which is about a string, the one of the known that was meant, or else some help.
    fn meant<'k>(&mut self, name: &str, known: impl Iterator<Item = &'k str>, else_help: &str) {
        let nearest = suggest(name, known);
        let Some(finding) = self.findings.last_mut() else { return };
        finding.help =
            Some(nearest.map_or_else(|| else_help.to_owned(), |it| format!("did you mean `{it}`?")));
        if let (Some(nearest), Some(label)) = (nearest, finding.labels.first()) {
            finding.fixes.push(FindingFix {
                title: format!("change to `{nearest}`"),
                edits: vec![(label.source, label.span, format!("\"{nearest}\""))],
                certain: false,
            });
        }
    }

    fn provider(&mut self, name: &str, key: Span8, value: &Spanned<DeValue<'_>>) -> Provider {
        let mut provider = Provider::default();
        let mut adapter_at = None;
        for (key, value) in self.table(&format!("providers.{name}"), value, Some(keys::PROVIDER)) {
            match key {
                "adapter" => {
                    provider.adapter = self.text(key, value);
                    adapter_at = Some(value.span());
                }
                "model" => provider.model = self.text(key, value),
                "program" => provider.program = self.text(key, value),
                "base_url" => provider.base_url = self.text(key, value),
                "price" => provider.price = self.price(&format!("providers.{name}.price"), value),
                "env" => {
                    for (variable, value) in self.table(&format!("providers.{name}.env"), value, None) {
                        if let Some(text) = self.text(variable, value) {
                            provider.env.insert(variable.to_owned(), text);
                        }
                    }
                }
                _ => match value.get_ref().as_array() {
                    Some(items) => {
                        provider.args = items.iter().filter_map(|item| self.text("args", item)).collect()
                    }
                    None => self.wrong("args", value, "a list of strings"),
                },
            }
        }
        match (&provider.adapter, adapter_at) {
            (Some(adapter), Some(at)) => self.adapter(name, Some(adapter), at),
            (None, None) if value.get_ref().is_table() => self.adapter(name, None, key),
            // It is no string, or no table, which is told.
            _ => {}
        }
        provider
    }

    fn price(&mut self, name: &str, value: &Spanned<DeValue<'_>>) -> Option<Price> {
        let mut price = Price::default();
        let entries = self.table(name, value, Some(keys::PRICE));
        if value.get_ref().is_table() && entries.len() < keys::PRICE.len() {
            let message = format!("`[{name}]` takes both `input` and `output`: dollars for a million tokens");
            self.report(WRONG_VALUE, message, value.span());
            return None;
        }
        for (key, value) in entries {
            let amount = self.dollars(key, value)?;
            if key == "input" { price.input = amount } else { price.output = amount }
        }
        value.get_ref().is_table().then_some(price)
    }

    /// An amount of money, in millionths of a dollar.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked before")]
    fn dollars(&mut self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<u64> {
        let number: Option<f64> = match value.get_ref() {
            DeValue::Integer(number) => number.as_str().parse().ok(),
            DeValue::Float(number) => number.as_str().parse().ok(),
            _ => None,
        };
        match number {
            Some(number) if (0.0..=MOST_DOLLARS).contains(&number) => Some((number * 1e6).round() as u64),
            Some(_) => {
                let message = format!("`{key}` takes an amount from 0 to {MOST_DOLLARS} dollars");
                self.report(WRONG_VALUE, message, value.span());
                None
            }
            None => {
                self.wrong(key, value, "a number of dollars");
                None
            }
        }
    }
}

fn list(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => format!("`{one}`"),
        [start @ .., last] => {
            let start: Vec<String> = start.iter().map(|name| format!("`{name}`")).collect();
            format!("{} and `{last}`", start.join(", "))
        }
    }
}

fn article(kind: &str) -> String {
    let vowel = kind.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {kind}", if vowel { "an" } else { "a" })
}

#[cfg(test)]
mod tests {
    use super::{NOT_TOML, UNKNOWN_KEY, WRONG_VALUE, parse};

    #[test]
    fn a_project_says_what_it_is_and_how_agents_are_reached() {
        let (project, findings) = parse(
            "runs_dir = \"var/runs\"\n[project]\nname = \"poems\"\n[defaults]\nprovider = \"local\"\n\
             [providers.local]\nadapter = \"command\"\nprogram = \"./agent\"\nargs = [\"--json\"]\nenv = { KEY = \"$KEY\" }\n",
        );
        assert!(findings.is_empty(), "{findings:?}");
        assert_eq!(project.name.as_deref(), Some("poems"));
        assert_eq!(project.runs_dir.as_deref(), Some("var/runs"));
        let local = &project.providers["local"];
        assert_eq!(
            (local.adapter.as_deref(), local.args.as_slice()),
            (Some("command"), ["--json".to_owned()].as_slice())
        );
        assert_eq!(local.env["KEY"], "$KEY");
    }

    #[test]
    fn a_price_is_two_amounts_of_dollars_for_a_million_tokens() {
        let read = |price: &str| {
            let (project, findings) = parse(&format!("[providers.claude]\nprice = {price}\n"));
            let told: Vec<String> = findings.into_iter().map(|finding| finding.message).collect();
            (project.providers["claude"].price, told.join("; "))
        };
        let price = super::Price { input: 250_000, output: 15_000_000 };
        assert_eq!(read("{ input = 0.25, output = 15 }"), (Some(price), String::new()));
        let refused = |price: &str| {
            let (read, told) = read(price);
            assert_eq!(read, None, "{price}");
            told
        };
        assert!(refused("3").contains("takes a table, this is an integer"));
        assert!(refused("{ input = 3 }").contains("takes both `input` and `output`"));
        assert!(
            refused("{ input = 3, output = \"15\" }").contains("takes a number of dollars, this is a string")
        );
        assert!(refused("{ input = -1, output = 1 }").contains("takes an amount from 0 to 1000000 dollars"));
        assert!(refused("{ input = nan, output = 1 }").contains("takes an amount"));
        assert!(read("{ input = 1, output = 1, cached = 1 }").1.contains("`cached` is no key"));
    }

    #[test]
    fn an_unknown_key_names_the_nearest_one_and_says_where_it_stands() {
        let text = "[project]\nnmae = \"x\"\n";
        let (_, findings) = parse(text);
        let [finding] = findings.as_slice() else { panic!("{findings:?}") };
        assert_eq!(finding.code, UNKNOWN_KEY);
        assert_eq!(&text[finding.labels[0].span.range()], "nmae");
        assert_eq!(finding.help.as_deref(), Some("did you mean `name`?"));
    }

    #[test]
    fn a_value_of_another_kind_and_broken_text_are_reported() {
        let codes = |text| parse(text).1.into_iter().map(|finding| finding.code).collect::<Vec<_>>();
        assert_eq!(codes("runs_dir = 3\n"), [WRONG_VALUE]);
        assert_eq!(codes("[policy]\nprograms = \"git\"\n"), [WRONG_VALUE]);
        assert_eq!(codes("[policy]\nshell = 1\n"), [WRONG_VALUE]);
        assert_eq!(codes("[policy]\nprogram = []\n"), [UNKNOWN_KEY]);
        assert!(codes("runs_dir = \n").contains(&NOT_TOML));
    }
}
