//! From the project's settings to an adapter.
//!
//! ```toml
//! [providers.claude]
//! adapter = "claude"
//! model = "sonnet"
//! env = { ANTHROPIC_API_KEY = "$TEAM_KEY" }   # `$NAME` is taken from the environment of `flow`
//!
//! [providers.house]
//! adapter = "command"
//! program = "./tools/agent"
//! args = ["--json"]
//!
//! [defaults]
//! provider = "claude"
//! ```
//!
//! Without any of this, `claude` is the provider, with the credentials in the environment of `flow`.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::claude::{self, Claude};
use super::command::Command;
use super::{Adapter, TurnFailure, TurnHost, TurnOutcome, TurnRequest, Usage};
use crate::process::spec::GRACE;
use crate::process::{Executor, Pending};

/// The provider that there always is.
pub const DEFAULT: &str = "claude";

/// The adapters that there are.
pub const ADAPTERS: [&str; 2] = ["claude", "command"];

/// A `[providers.NAME]` table.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderConfig {
    /// Which kind of program it is; the provider's own name if it is left out.
    pub adapter: Option<String>,
    /// The program, a name or a path; the adapter's usual one if it is left out.
    pub program: Option<String>,
    /// Added to its command line.
    #[serde(default)]
    pub args: Vec<String>,
    /// The model, if an agent does not say.
    pub model: Option<String>,
    /// Added to its environment. A value `$NAME` is taken from the environment of `flow`.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// The address of the service.
    pub base_url: Option<String>,
    /// What tokens cost, where the program does not say or cannot know.
    pub price: Option<Price>,
}

/// Dollars per million tokens.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// Read by the model.
    pub input: f64,
    /// Written by it.
    pub output: f64,
}

impl Price {
    /// The usage with its cost, where the provider did not say it: from its tokens, if they are known or cost nothing.
    #[must_use]
    pub fn complete(self, usage: Usage) -> Usage {
        let tells = usage.input_tokens + usage.output_tokens > 0 || self == Self { input: 0.0, output: 0.0 };
        if usage.unpriced > 0 && tells {
            Usage { cost_micros: self.of(usage), unpriced: 0, ..usage }
        } else {
            usage
        }
    }

    /// The cost of some usage, in millionths of a dollar.
    #[must_use]
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a cost"
    )]
    pub fn of(self, usage: Usage) -> u64 {
        (self.input * usage.input_tokens as f64 + self.output * usage.output_tokens as f64).max(0.0).round()
            as u64
    }
}

/// An adapter whose turns cost what the project says, where the provider does not.
struct Priced {
    adapter: Rc<dyn Adapter>,
    price: Price,
}

impl Adapter for Priced {
    fn name(&self) -> &str {
        self.adapter.name()
    }

    fn turn<'a>(
        &'a self,
        request: &'a TurnRequest,
        host: &'a dyn TurnHost,
    ) -> Pending<'a, Result<TurnOutcome, TurnFailure>> {
        Box::pin(async move {
            match self.adapter.turn(request, host).await {
                Ok(it) => Ok(TurnOutcome { usage: self.price.complete(it.usage), ..it }),
                Err(it) => Err(TurnFailure { usage: self.price.complete(it.usage), ..it }),
            }
        })
    }
}

/// All providers of a project.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Providers {
    /// The `[providers.…]` tables by name.
    pub named: BTreeMap<String, ProviderConfig>,
    /// The one for agents that name none.
    pub default: Option<String>,
}

/// Why there is no adapter.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ProviderError {
    /// An agent names a provider that the project does not have.
    #[error(
        "there is no provider `{name}`: add `[providers.{name}]` to flow.toml, or use one of {}",
        list(known)
    )]
    Unknown {
        /// The name.
        name: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// A provider names an adapter that there is not.
    #[error(
        "provider `{name}` has the adapter `{adapter}`, which this version does not have; it has `claude` and `command`"
    )]
    NoAdapter {
        /// The provider.
        name: String,
        /// Its adapter.
        adapter: String,
    },
    /// A provider that runs a program does not say which.
    #[error("provider `{name}` runs a program of yours, but has no `program` in flow.toml")]
    NoProgram {
        /// The provider.
        name: String,
    },
    /// A variable that is taken from the environment is not set there.
    #[error("provider `{name}` takes {variable} from ${from}, which is not set")]
    NotSet {
        /// The provider.
        name: String,
        /// The variable that it needs.
        variable: String,
        /// Where it would come from.
        from: String,
    },
}

impl Providers {
    /// The adapter for the provider that an agent names, or for the default one. `outer` is the environment of `flow`,
    /// of which a provider gets what its settings name and its credentials, and nothing else.
    ///
    /// # Errors
    /// When there is no such provider or its settings do not make an adapter.
    pub fn adapter(
        &self,
        name: Option<&str>,
        outer: &BTreeMap<String, String>,
        executor: Rc<dyn Executor>,
    ) -> Result<Rc<dyn Adapter>, ProviderError> {
        let name = self.name(name).to_owned();
        let config = self.config(&name)?;
        let price = config.price;
        let adapter = Self::unpriced(name, config, outer, executor)?;
        Ok(match price {
            Some(price) => Rc::new(Priced { adapter, price }),
            None => adapter,
        })
    }

    fn unpriced(
        name: String,
        config: ProviderConfig,
        outer: &BTreeMap<String, String>,
        executor: Rc<dyn Executor>,
    ) -> Result<Rc<dyn Adapter>, ProviderError> {
        let mut env = environment(&name, &config, outer)?;
        match config.adapter.as_deref().unwrap_or(&name) {
            "claude" => {
                if let Some(url) = config.base_url {
                    env.insert("ANTHROPIC_BASE_URL".to_owned(), url);
                }
                add_credentials(&mut env, outer);
                let program = config.program.unwrap_or_else(|| "claude".to_owned());
                let ProviderConfig { args, model, .. } = config;
                Ok(Rc::new(Claude { executor, name, program, args, env, model, grace: GRACE }))
            }
            "command" => {
                let Some(program) = config.program else { return Err(ProviderError::NoProgram { name }) };
                if let Some(url) = config.base_url {
                    env.insert("FLOW_BASE_URL".to_owned(), url);
                }
                let argv = [program].into_iter().chain(config.args).collect();
                Ok(Rc::new(Command { executor, name, argv, env, model: config.model, grace: GRACE }))
            }
            other => Err(ProviderError::NoAdapter { adapter: other.to_owned(), name }),
        }
    }

    /// The provider that works for an agent that names this one, or none.
    #[must_use]
    pub fn name<'n>(&'n self, named: Option<&'n str>) -> &'n str {
        named.or(self.default.as_deref()).unwrap_or(DEFAULT)
    }

    /// Whether it is known before its turns that their cost will be: not so for a program of one's own without a price.
    #[must_use]
    pub fn tells_cost(&self, name: &str) -> bool {
        let Some(config) = self.named.get(name) else { return true };
        config.price.is_some() || config.adapter.as_deref().unwrap_or(name) != "command"
    }

    /// What the providers log in with, by the name of its variable. What is too short for a key is left out: a stand-in
    /// such as `test` is no secret, and it would be found in everything.
    #[must_use]
    pub fn credentials(&self, outer: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        const SHORTEST_KEY: usize = 16;
        let own = self.named.values().flat_map(|config| &config.env).filter_map(|(variable, value)| {
            Some((variable, value.strip_prefix('$').map_or(Some(value), |from| outer.get(from))?))
        });
        outer
            .iter()
            .chain(own)
            .filter(|(variable, value)| is_key(variable) && value.len() >= SHORTEST_KEY)
            .map(|(variable, value)| (variable.clone(), value.clone()))
            .collect()
    }

    fn config(&self, name: &str) -> Result<ProviderConfig, ProviderError> {
        match self.named.get(name) {
            Some(config) => Ok(config.clone()),
            None if name == DEFAULT => Ok(ProviderConfig::default()),
            None => {
                let mut known: Vec<String> = self.named.keys().cloned().collect();
                if !self.named.contains_key(DEFAULT) {
                    known.push(DEFAULT.to_owned());
                }
                Err(ProviderError::Unknown { name: name.to_owned(), known })
            }
        }
    }
}

fn environment(
    name: &str,
    config: &ProviderConfig,
    outer: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, ProviderError> {
    let mut env = BTreeMap::new();
    for (variable, value) in &config.env {
        let value = match value.strip_prefix('$') {
            None => value.clone(),
            Some(from) => outer.get(from).cloned().ok_or_else(|| ProviderError::NotSet {
                name: name.to_owned(),
                variable: variable.clone(),
                from: from.to_owned(),
            })?,
        };
        env.insert(variable.clone(), value);
    }
    Ok(env)
}

/// A provider that says nothing about credentials gets those of the environment; one that names any gets only those,
/// so that a key never goes to an address that it was not meant for.
fn add_credentials(env: &mut BTreeMap<String, String>, outer: &BTreeMap<String, String>) {
    if claude::CREDENTIALS.iter().any(|name| env.contains_key(*name)) {
        return;
    }
    for name in claude::CREDENTIALS {
        if let Some(value) = outer.get(*name) {
            env.insert((*name).to_owned(), value.clone());
        }
    }
}

/// Whether a variable carries a key, and not an address.
fn is_key(variable: &str) -> bool {
    claude::CREDENTIALS.contains(&variable) && !variable.ends_with("_URL")
}

fn list(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::LocalExecutor;

    fn config(toml: &[(&str, ProviderConfig)]) -> Providers {
        let named = toml.iter().map(|(name, config)| ((*name).to_owned(), config.clone())).collect();
        Providers { named, default: None }
    }

    fn vars(vars: &[(&str, &str)]) -> BTreeMap<String, String> {
        vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn adapter(providers: &Providers, name: Option<&str>) -> Result<Rc<dyn Adapter>, ProviderError> {
        providers.adapter(name, &vars(&[("KEY", "k")]), Rc::new(LocalExecutor::new()))
    }

    #[test]
    fn without_any_settings_claude_is_the_provider() {
        assert_eq!(adapter(&Providers::default(), None).unwrap().name(), "claude");
    }

    #[test]
    fn an_agent_gets_the_provider_that_it_names_or_the_default() {
        let house = ProviderConfig {
            adapter: Some("command".to_owned()),
            program: Some("./agent".to_owned()),
            ..ProviderConfig::default()
        };
        let mut providers = config(&[("house", house)]);
        assert_eq!(adapter(&providers, Some("house")).unwrap().name(), "house");
        providers.default = Some("house".to_owned());
        assert_eq!(adapter(&providers, None).unwrap().name(), "house");
    }

    #[test]
    fn an_unknown_provider_or_adapter_is_named_with_the_known_ones() {
        let providers = config(&[("codex", ProviderConfig::default())]);
        let why = |name| adapter(&providers, Some(name)).err().unwrap().to_string();
        assert_eq!(
            why("gpt"),
            "there is no provider `gpt`: add `[providers.gpt]` to flow.toml, or use one of `codex`, `claude`"
        );
        assert!(
            why("codex").contains("the adapter `codex`, which this version does not have"),
            "{}",
            why("codex")
        );
    }

    #[test]
    fn a_program_and_a_variable_that_are_missing_are_told() {
        let none = ProviderConfig { adapter: Some("command".to_owned()), ..ProviderConfig::default() };
        let unset =
            ProviderConfig { env: vars(&[("ANTHROPIC_API_KEY", "$GONE")]), ..ProviderConfig::default() };
        let providers = config(&[("none", none), ("claude", unset)]);
        assert!(matches!(adapter(&providers, Some("none")), Err(ProviderError::NoProgram { .. })));
        let error = adapter(&providers, None).err().unwrap();
        assert_eq!(
            error.to_string(),
            "provider `claude` takes ANTHROPIC_API_KEY from $GONE, which is not set"
        );
    }

    #[test]
    fn credentials_come_from_the_environment_unless_the_settings_name_some() {
        let outer =
            vars(&[("ANTHROPIC_API_KEY", "mine"), ("ANTHROPIC_BASE_URL", "http://mine"), ("OTHER", "x")]);
        let mut env = BTreeMap::new();
        add_credentials(&mut env, &outer);
        assert_eq!(env, vars(&[("ANTHROPIC_API_KEY", "mine"), ("ANTHROPIC_BASE_URL", "http://mine")]));
        let mut env = vars(&[("ANTHROPIC_BASE_URL", "http://theirs")]);
        add_credentials(&mut env, &outer);
        assert_eq!(env, vars(&[("ANTHROPIC_BASE_URL", "http://theirs")]));
    }

    #[test]
    fn a_price_is_per_million_tokens() {
        let usage = Usage { input_tokens: 2_000_000, output_tokens: 100_000, ..Usage::default() };
        assert_eq!(Price { input: 3.0, output: 15.0 }.of(usage), 7_500_000);
    }

    #[test]
    fn a_cost_that_nobody_told_is_known_by_its_tokens_alone() {
        let price = Price { input: 3.0, output: 15.0 };
        let cost = |usage: Usage| {
            let usage = price.complete(usage);
            (usage.cost_micros, usage.unpriced)
        };
        let tokens = Usage { input_tokens: 1_000, turns: 2, ..Usage::default() };
        assert_eq!(cost(Usage { cost_micros: 7, ..tokens }), (7, 0), "what the provider says counts");
        assert_eq!(cost(Usage { unpriced: 2, ..tokens }), (3_000, 0));
        let nothing = Usage { turns: 1, unpriced: 1, ..Usage::default() };
        assert_eq!(cost(nothing), (0, 1), "without tokens it stays unknown");
        assert_eq!(
            Price { input: 0.0, output: 0.0 }.complete(nothing).unpriced,
            0,
            "but for what costs nothing"
        );
    }
}
