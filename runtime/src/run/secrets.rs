//! Secrets: named everywhere, spelled out only in the environment of what is started, and masked in what comes back
//! ([`crate::mask`]).

use std::collections::BTreeMap;

use flow_ir::Program;

use crate::agents::Providers;
use crate::mask::Mask;
use crate::value::Failure;
use crate::value::failure::kind;
use crate::value::render::SECRET_MARK;

/// The secrets that a program declares, with their texts where they are set.
#[derive(Clone, Default)]
pub struct Secrets {
    texts: BTreeMap<String, String>,
    mask: Mask,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.texts.keys()).finish()
    }
}

impl Secrets {
    /// The texts of `names` in an environment.
    pub fn of<'n>(names: impl IntoIterator<Item = &'n str>, environment: &BTreeMap<String, String>) -> Self {
        let found =
            names.into_iter().filter_map(|name| Some((name.to_owned(), environment.get(name)?.clone())));
        let texts: BTreeMap<_, _> = found.collect();
        let mask = Mask::of(pairs(&texts));
        Self { texts, mask }
    }

    /// Those of a program, and what its agents log in with, which is masked alike.
    #[must_use]
    pub fn of_program(
        program: &Program,
        providers: &Providers,
        environment: &BTreeMap<String, String>,
    ) -> Self {
        Self::of(program.secrets.iter().map(flow_ir::Name::as_str), environment)
            .with_credentials(providers, environment)
    }

    fn with_credentials(self, providers: &Providers, environment: &BTreeMap<String, String>) -> Self {
        let credentials = providers.credentials(environment);
        let mask = Mask::of(pairs(&self.texts).chain(pairs(&credentials)));
        Self { mask, ..self }
    }

    /// What hides them in everything that comes from outside.
    #[must_use]
    pub fn mask(&self) -> &Mask {
        &self.mask
    }

    /// Spells out the secrets that are named in a text.
    ///
    /// # Errors
    /// The name of one that is not set.
    pub fn reveal(&self, text: &str) -> Result<String, String> {
        let mut parts = text.split(SECRET_MARK);
        let mut out = parts.next().unwrap_or_default().to_owned();
        while let Some(name) = parts.next() {
            out.push_str(self.texts.get(name).ok_or_else(|| name.to_owned())?);
            out.push_str(parts.next().unwrap_or_default());
        }
        Ok(out)
    }
}

/// Why the effect `env` does not yield a variable: the program declares it a secret, and a text may go anywhere.
pub(crate) fn refused(program: &Program, name: &str) -> Option<Failure> {
    let is_secret = program.secrets.iter().any(|secret| secret == name);
    is_secret.then(|| {
        let message = format!(
            "`env` may not read `{name}`, which is declared a secret: use the secret itself, `env: [\"{name}\": {name}]`, in \
             the command or agent that needs it"
        );
        Failure::new(kind::BAD_ARGUMENT, message)
    })
}

fn pairs(texts: &BTreeMap<String, String>) -> impl Iterator<Item = (&str, &str)> {
    texts.iter().map(|(name, text)| (name.as_str(), text.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets() -> Secrets {
        let environment = [("TOKEN", "hunter22"), ("PIN", "12"), ("OTHER", "x")];
        let environment = environment.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
        Secrets::of(["TOKEN", "PIN", "GONE"], &environment)
    }

    #[test]
    fn a_secret_is_spelled_out_where_it_is_named() {
        assert_eq!(secrets().reveal("Bearer \0TOKEN\0!").unwrap(), "Bearer hunter22!");
        assert_eq!(secrets().reveal("\0GONE\0").unwrap_err(), "GONE");
        assert_eq!(secrets().reveal("plain").unwrap(), "plain");
    }

    #[test]
    fn what_is_spelled_out_and_what_agents_log_in_with_is_masked() {
        let environment = [("TOKEN", "hunter22"), ("ANTHROPIC_API_KEY", "sk-ant-0123456789")];
        let environment = environment.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
        let secrets =
            Secrets::of(["TOKEN"], &environment).with_credentials(&Providers::default(), &environment);
        let said = secrets.mask().text("hunter22 and sk-ant-0123456789").into_owned();
        assert_eq!(said, "[secret TOKEN] and [secret ANTHROPIC_API_KEY]");
        assert_eq!(secrets.reveal("\0ANTHROPIC_API_KEY\0").unwrap_err(), "ANTHROPIC_API_KEY");
    }

    #[test]
    fn debug_output_names_secrets_only() {
        assert!(!format!("{:?}", secrets()).contains("hunter22"));
    }
}
