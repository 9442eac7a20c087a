//! The environment of a step: an allowed part of ours, then what the program declares.

use std::collections::BTreeMap;

/// What a step may see of the environment in which `flow` itself was started: where things are, how to speak to the
/// person and to the network. Everything else, keys and tokens above all, must be given by the program.
pub const ALLOWED: &[&str] = &[
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "TMPDIR",
    "TZ",
    "LANG",
    "LANGUAGE",
    "TERM",
    "NO_COLOR",
    "XDG_CONFIG_HOME",
    "XDG_CACHE_HOME",
    "XDG_DATA_HOME",
    "XDG_STATE_HOME",
    "XDG_RUNTIME_DIR",
    "SSH_AUTH_SOCK",
    "CARGO_HOME",
    "RUSTUP_HOME",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "NODE_EXTRA_CA_CERTS",
];

/// The allowed part of an environment: [`ALLOWED`] and every `LC_…`.
pub fn allowed(all: impl IntoIterator<Item = (String, String)>) -> BTreeMap<String, String> {
    all.into_iter().filter(|(name, _)| ALLOWED.contains(&name.as_str()) || name.starts_with("LC_")).collect()
}

/// The allowed part of this process's own environment; a variable that is not UTF-8 is left out. For the edge of the
/// program only: everything below is handed its result.
#[must_use]
pub fn inherited() -> BTreeMap<String, String> {
    allowed(
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_in_our_environment_does_not_reach_a_step() {
        let ours = [("PATH", "/bin"), ("LC_ALL", "C"), ("GITHUB_TOKEN", "x"), ("ANTHROPIC_API_KEY", "x")];
        let seen = allowed(ours.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(seen.keys().collect::<Vec<_>>(), ["LC_ALL", "PATH"]);
    }
}
