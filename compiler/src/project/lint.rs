//! `[lint]`: how much a project minds each lint.

use super::{Reader, UNKNOWN_KEY, WRONG_VALUE};
use crate::diagnostics::report::FindingFix;
use crate::lints::{Level, Levels, find};
use toml::Spanned;
use toml::de::DeValue;

impl Reader {
    pub(super) fn lints(&mut self, value: &Spanned<DeValue<'_>>) -> Levels {
        let mut levels = Levels::default();
        for (name, key, value) in self.entries("lint", value) {
            let word = value.get_ref().as_str();
            let level = word.and_then(Level::of);
            match (find(name), level) {
                (Ok(lint), Some(level)) => levels.set(lint, level),
                (Ok(_), None) => {
                    let wanted = "\"allow\", \"warn\" or \"deny\"";
                    match word {
                        Some(word) => {
                            let message = format!("`{name}` takes {wanted}, not \"{word}\"");
                            self.report(WRONG_VALUE, message, value.span());
                        }
                        None => self.wrong(name, value, wanted),
                    }
                }
                (Err(none), _) => {
                    let (message, near) = none.message(name);
                    self.report(UNKNOWN_KEY, message, key);
                    let Some(finding) = self.findings.last_mut() else { continue };
                    let Some(near) = near else {
                        finding.help = Some("`flowc explain` lists every lint".to_owned());
                        continue;
                    };
                    finding.help = Some(format!("did you mean `{near}`?"));
                    let edit =
                        finding.labels.first().map(|label| (label.source, label.span, near.to_owned()));
                    finding.fixes.push(FindingFix {
                        title: format!("change to `{near}`"),
                        edits: edit.into_iter().collect(),
                        certain: false,
                    });
                }
            }
        }
        levels
    }
}

#[cfg(test)]
mod tests {
    use crate::analyses::UNUSED_BINDING;
    use crate::lints::Level;
    use crate::project::parse;

    #[test]
    fn a_project_says_how_much_it_minds_each_lint() {
        let (project, findings) =
            parse("[lint]\nunused_binding = \"deny\"\nW0105 = \"allow\"\nunused-value = \"warn\"\n");
        assert!(findings.is_empty(), "{findings:?}");
        assert_eq!(project.lints.of(UNUSED_BINDING), Level::Deny);
        assert_eq!(project.lints.of(crate::types::infer::SHADOWED), Level::Allow);
    }

    #[test]
    fn what_is_no_lint_and_what_is_no_level_is_reported_with_what_was_meant() {
        let told = |text: &str| {
            let findings = parse(text).1;
            let [finding] = findings.as_slice() else { panic!("{findings:?}") };
            format!("{}: {} ({})", finding.code, finding.message, finding.help.as_deref().unwrap_or("-"))
        };
        assert_eq!(
            told("[lint]\nunused_bindng = \"deny\"\n"),
            "E0611: there is no lint `unused_bindng` (did you mean `unused_binding`?)"
        );
        assert_eq!(
            told("[lint]\nE0301 = \"allow\"\n"),
            "E0611: `E0301` is an error, and only warnings can be allowed (`flowc explain` lists every lint)"
        );
        assert_eq!(
            told("[lint]\nunused_binding = \"off\"\n"),
            "E0612: `unused_binding` takes \"allow\", \"warn\" or \"deny\", not \"off\" (-)"
        );
        assert_eq!(
            told("[lint]\nunused_binding = 1\n"),
            "E0612: `unused_binding` takes \"allow\", \"warn\" or \"deny\", this is an integer (-)"
        );
        assert_eq!(told("lint = 1\n"), "E0612: `lint` takes a table, this is an integer (-)");
    }
}
