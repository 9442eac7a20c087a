//! Secrets: named everywhere, spelled out only in the environment of what is started, and masked in what comes back.

use std::collections::BTreeMap;

use crate::value::render::SECRET_MARK;

/// A secret that is shorter is not masked: it would be found in everything.
const SHORTEST: usize = 4;

/// The secrets that a program names, with their texts where they are set.
#[derive(Clone, Default)]
pub struct Secrets(BTreeMap<String, String>);

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Secrets {
    /// The texts of `names` in an environment.
    pub fn of<'n>(names: impl IntoIterator<Item = &'n str>, environment: &BTreeMap<String, String>) -> Self {
        let found =
            names.into_iter().filter_map(|name| Some((name.to_owned(), environment.get(name)?.clone())));
        Self(found.collect())
    }

    /// Spells out the secrets that are named in a text.
    ///
    /// # Errors
    /// The name of one that is not set.
    pub fn reveal(&self, text: &str) -> Result<String, String> {
        let mut parts = text.split(SECRET_MARK);
        let mut out = parts.next().unwrap_or_default().to_owned();
        while let Some(name) = parts.next() {
            out.push_str(self.0.get(name).ok_or_else(|| name.to_owned())?);
            out.push_str(parts.next().unwrap_or_default());
        }
        Ok(out)
    }

    /// Whether there is nothing to mask.
    pub fn is_empty(&self) -> bool {
        self.0.values().all(|text| text.len() < SHORTEST)
    }

    /// The text with each secret replaced by its name.
    pub fn mask<'t>(&self, text: &'t str) -> std::borrow::Cow<'t, str> {
        let mut masked = std::borrow::Cow::Borrowed(text);
        for (name, secret) in self.0.iter().filter(|(_, secret)| secret.len() >= SHORTEST) {
            if masked.contains(secret.as_str()) {
                masked = masked.replace(secret.as_str(), &format!("[secret {name}]")).into();
            }
        }
        masked
    }

    /// The same for bytes that may not be text.
    pub fn mask_bytes(&self, bytes: Vec<u8>) -> Vec<u8> {
        if self.is_empty() {
            return bytes;
        }
        match std::str::from_utf8(&bytes) {
            Ok(text) => match self.mask(text) {
                std::borrow::Cow::Borrowed(_) => bytes,
                std::borrow::Cow::Owned(masked) => masked.into_bytes(),
            },
            // What is no text cannot be a result either; what is shown of it is.
            Err(_) => self.mask(&String::from_utf8_lossy(&bytes)).into_owned().into_bytes(),
        }
    }
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
    fn a_secret_is_masked_wherever_it_appears() {
        assert_eq!(secrets().mask("a hunter22 b 12"), "a [secret TOKEN] b 12");
        assert_eq!(secrets().mask_bytes(b"hunter22".to_vec()), b"[secret TOKEN]");
        assert_eq!(
            secrets().mask_bytes(vec![0xff]),
            vec![0xff_u8; 0].into_iter().chain("\u{fffd}".bytes()).collect::<Vec<_>>()
        );
    }

    #[test]
    fn debug_output_names_secrets_only() {
        assert!(!format!("{:?}", secrets()).contains("hunter22"));
    }
}
