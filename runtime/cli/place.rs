//! The project: `flow.toml`, the workspace, and where runs are kept.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use flow_runtime::agents::provider::DEFAULT;
use flow_runtime::agents::{ProviderConfig, Providers};
use flow_runtime::disk::{Disk, RealDisk};
use flow_runtime::journal::system_clock;
use flow_runtime::store::{Holder, RunId, Runs};
use serde::{Deserialize, Serialize};

use crate::exit::Failed;

/// Where things are.
#[derive(Clone, Debug, Args)]
pub(crate) struct Where {
    /// The directory in which runs are kept [default: `runs_dir` of flow.toml, else `runs` in the project]
    #[arg(long, value_name = "DIR", env = "FLOW_RUNS_DIR")]
    pub(crate) runs_dir: Option<PathBuf>,
}

/// What `flow.toml` says to the runtime.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Config {
    pub(crate) runs_dir: Option<PathBuf>,
    pub(crate) providers: BTreeMap<String, ProviderConfig>,
    pub(crate) defaults: Defaults,
}

/// `[defaults]`
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct Defaults {
    pub(crate) provider: Option<String>,
    pub(crate) model: Option<String>,
}

impl Config {
    /// The providers that agents name.
    pub(crate) fn providers(&self) -> Providers {
        let mut named = self.providers.clone();
        if let Some(model) = &self.defaults.model {
            let usual = self.defaults.provider.as_deref().unwrap_or(DEFAULT);
            named.entry(usual.to_owned()).or_default();
            for provider in named.values_mut() {
                provider.model.get_or_insert_with(|| model.clone());
            }
        }
        Providers { named, default: self.defaults.provider.clone() }
    }
}

/// A project: the nearest directory upwards with a `flow.toml`, or the one where we are.
#[derive(Clone, Debug)]
pub(crate) struct Project {
    pub(crate) root: PathBuf,
    pub(crate) config: Config,
}

impl Project {
    /// The project around a directory.
    pub(crate) fn around(directory: &Path) -> Result<Self, Failed> {
        let found = directory.ancestors().find(|it| it.join("flow.toml").is_file());
        let Some(root) = found else {
            return Ok(Self { root: directory.to_owned(), config: Config::default() });
        };
        let path = root.join("flow.toml");
        let text = std::fs::read_to_string(&path)
            .map_err(|error| Failed::usage(format!("cannot read `{}`: {error}", path.display())))?;
        let config = toml::from_str(&text).map_err(|error: toml::de::Error| {
            let start = error.span().map_or(0, |span| span.start.min(text.len()));
            let before = text.get(..start).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
            let message = error.message().replace('\n', "; ");
            Failed::usage(format!("{}:{line}:{column}: {message}", path.display()))
        })?;
        Ok(Self { root: root.to_owned(), config })
    }

    /// The project around the directory where we are.
    pub(crate) fn here() -> Result<Self, Failed> {
        Self::around(&current_dir()?)
    }

    /// Its runs.
    pub(crate) fn runs(&self, place: &Where) -> Result<Runs, Failed> {
        let root = match (&place.runs_dir, &self.config.runs_dir) {
            (Some(given), _) => given.clone(),
            (None, Some(configured)) => self.root.join(configured),
            (None, None) => self.root.join("runs"),
        };
        Ok(Runs::new(disk()?, root))
    }
}

/// The disk. In builds for tests, one on which this process dies where a test says.
#[cfg(any(debug_assertions, feature = "crash-points"))]
fn disk() -> Result<Arc<dyn Disk>, Failed> {
    use flow_runtime::disk::crash::{CrashDisk, Plan};
    match Plan::from_environment() {
        Some(plan) => Ok(Arc::new(CrashDisk::new(RealDisk, plan).map_err(Failed::usage)?)),
        None => Ok(Arc::new(RealDisk)),
    }
}

#[cfg(not(any(debug_assertions, feature = "crash-points")))]
#[allow(clippy::unnecessary_wraps, reason = "the other form can fail")]
fn disk() -> Result<Arc<dyn Disk>, Failed> {
    Ok(Arc::new(RealDisk))
}

/// The directory where we are.
pub(crate) fn current_dir() -> Result<PathBuf, Failed> {
    std::env::current_dir().map_err(|error| Failed::usage(format!("there is no current directory: {error}")))
}

/// A run's name, as it was typed.
pub(crate) fn run_id(text: &str) -> Result<RunId, Failed> {
    Ok(text.trim_end_matches('/').rsplit('/').next().unwrap_or(text).parse()?)
}

/// This process.
pub(crate) fn me() -> Holder {
    Holder::this_process(system_clock()())
}

/// A path for people: relative to where we are, if it lies there.
pub(crate) fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here).unwrap_or(path).display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compiler_knows_the_adapters_that_there_are() {
        assert_eq!(flow_compiler::project::ADAPTERS, flow_runtime::agents::provider::ADAPTERS);
        assert_eq!(flow_compiler::project::DEFAULT_PROVIDER, DEFAULT);
    }

    #[test]
    fn the_default_model_is_for_providers_that_name_none() {
        let text = "[defaults]\nmodel = \"haiku\"\n[providers.big]\nadapter = \"claude\"\nmodel = \"opus\"\n\
                    [providers.own]\nadapter = \"command\"\nprogram = \"./agent\"\n";
        let providers = toml::from_str::<Config>(text).unwrap().providers();
        let model = |name: &str| providers.named[name].model.as_deref();
        assert_eq!(
            (model("claude"), model("big"), model("own")),
            (Some("haiku"), Some("opus"), Some("haiku"))
        );
    }
}
