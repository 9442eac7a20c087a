//! Lints: what is no error, and probably not meant. Each has a code, a name and a level, and describes itself on its page in
//! `docs/errors`: what, why, a bad example and a mended one.

mod allow;
mod expressions;
mod level;
mod needless_catch;
mod needless_shell;
mod restated_contract;
pub(crate) mod settings;
mod unbounded_agent;
pub(crate) mod unproduced_variant;
pub(crate) mod unused_private;
pub(crate) mod unused_secret;

pub(crate) use allow::Allowances;
pub use allow::UNUSED_ALLOW;
pub(crate) use expressions::Look;
pub use expressions::{BOOL_COMPARISON, CONSTANT_CONDITION, LONE_BRANCH, NEEDLESS_TEXT, SWALLOWED_FAILURE};
pub use level::{Level, Levels};
pub use needless_catch::NEEDLESS_CATCH;
pub use needless_shell::NEEDLESS_SHELL;
pub use restated_contract::RESTATED_CONTRACT;
pub use unbounded_agent::UNBOUNDED_AGENT;
pub use unproduced_variant::UNPRODUCED_VARIANT;
pub use unused_private::UNUSED_PRIVATE;
pub use unused_secret::UNUSED_SECRET;

use crate::analyses::cost::SLACK_BUDGET;
use crate::analyses::{
    NEVER_READ, UNCHANGED_VARIABLE, UNREACHABLE, UNSTUBBED, UNUSED_BINDING, UNUSED_PARAM, UNUSED_STUB,
};
use crate::db::{Db, Rules, SourceFile};
use crate::diagnostics::codes::{self, Page};
use crate::diagnostics::{Code, Diagnostic, Severity};
use crate::resolve::{self, suggest};
use crate::types::decl::{FRESH_WITHOUT_FILE, LONE_VARIANT, OPTION_OF_OPTION, UNUSED_TYPE_PARAMETER};
use crate::types::infer::{NEVER_NONE, SHADOWED, UNDESCRIBED_TOOL, UNUSED_EXIT, UNUSED_VALUE};
use crate::types::patterns::UNREACHABLE_ARM;
use crate::types::settings::{UNUSED_PARAMETER, WITHOUT_EFFECT};

/// A lint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lint {
    /// Its code.
    pub code: Code,
    /// Its name: what `[lint]` and `@allow` call it.
    pub name: &'static str,
    /// Its level where nobody says anything.
    pub level: Level,
}

const fn warn(code: Code, name: &'static str) -> Lint {
    Lint { code, name, level: Level::Warn }
}

/// Every lint, sorted by code.
pub const LINTS: &[Lint] = &[
    warn(UNUSED_BINDING, "unused_binding"),
    warn(UNUSED_PARAM, "unused_parameter"),
    warn(UNREACHABLE, "unreachable_code"),
    warn(UNREACHABLE_ARM, "unreachable_arm"),
    warn(SHADOWED, "shadowed_name"),
    warn(NEVER_NONE, "never_none"),
    warn(NEVER_READ, "unread_variable"),
    warn(UNUSED_VALUE, "unused_value"),
    warn(UNUSED_ALLOW, "unused_allow"),
    warn(UNUSED_PRIVATE, "unused_private"),
    warn(UNUSED_SECRET, "unused_secret"),
    warn(UNUSED_EXIT, "unused_exit_code"),
    warn(UNUSED_PARAMETER, "unused_parameter_in_prompt"),
    warn(LONE_VARIANT, "lone_variant"),
    warn(UNUSED_TYPE_PARAMETER, "unused_type_parameter"),
    warn(OPTION_OF_OPTION, "option_of_option"),
    warn(FRESH_WITHOUT_FILE, "fresh_without_file"),
    warn(resolve::UNUSED_IMPORT, "unused_import"),
    warn(UNDESCRIBED_TOOL, "undescribed_tool"),
    Lint { code: UNBOUNDED_AGENT, name: "unbounded_agent", level: Level::Allow },
    warn(RESTATED_CONTRACT, "restated_contract"),
    warn(NEEDLESS_SHELL, "needless_shell"),
    warn(UNPRODUCED_VARIANT, "unproduced_variant"),
    warn(SWALLOWED_FAILURE, "swallowed_failure"),
    warn(CONSTANT_CONDITION, "constant_condition"),
    warn(BOOL_COMPARISON, "bool_comparison"),
    warn(NEEDLESS_TEXT, "needless_text"),
    warn(LONE_BRANCH, "lone_branch"),
    warn(UNCHANGED_VARIABLE, "unchanged_variable"),
    warn(NEEDLESS_CATCH, "needless_catch"),
    warn(SLACK_BUDGET, "slack_budget"),
    warn(UNUSED_STUB, "unused_stub"),
    warn(UNSTUBBED, "missing_stub"),
    warn(WITHOUT_EFFECT, "without_effect"),
];

/// Why a text names no lint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoLint {
    /// It is the code of an error, and errors cannot be allowed.
    Error(&'static str),
    /// Nothing of that name is known; perhaps this was meant.
    Unknown(Option<&'static str>),
}

impl NoLint {
    /// The message, and what was probably meant.
    pub fn message(&self, text: &str) -> (String, Option<&'static str>) {
        match self {
            Self::Error(code) => (format!("`{code}` is an error, and only warnings can be allowed"), None),
            Self::Unknown(near) => (format!("there is no lint `{text}`"), *near),
        }
    }
}

/// The lint of that name or code.
///
/// # Errors
/// When there is none.
pub fn find(text: &str) -> Result<&'static Lint, NoLint> {
    let name = text.trim().replace('-', "_");
    let known = LINTS.iter().find(|lint| lint.name == name || lint.code.0.eq_ignore_ascii_case(&name));
    known.ok_or_else(|| match codes::all().find(|page| page.code.eq_ignore_ascii_case(&name)) {
        Some(page) => NoLint::Error(page.code),
        None if name.starts_with('W') => {
            NoLint::Unknown(suggest(&name, LINTS.iter().map(|lint| lint.code.0)))
        }
        None => NoLint::Unknown(suggest(&name, LINTS.iter().map(|lint| lint.name))),
    })
}

/// The lint of that code.
pub fn of(code: Code) -> Option<&'static Lint> {
    index(code).and_then(|index| LINTS.get(index))
}

fn index(code: Code) -> Option<usize> {
    // Codes sort as their texts, and the table is sorted: a test holds it to that.
    LINTS.binary_search_by_key(&code, |lint| lint.code).ok()
}

impl Lint {
    /// The page that describes it.
    pub fn page(&self) -> Option<Page> {
        codes::find(self.code.0)
    }

    /// What its level is, and how to change it: the last lines of what `flowc explain` prints.
    pub fn how_to_set(&self) -> String {
        let Self { name, level, .. } = self;
        let other = if *level == Level::Allow { Level::Warn } else { Level::Deny };
        format!(
            "\nThis is the lint `{name}`; its level is \"{}\" unless the project says otherwise:\n\n\
             ```toml\n[lint]\n{name} = \"{}\"\n```\n\n\
             `@allow({name})` before an item or a statement keeps it quiet there.\n",
            level.word(),
            other.word(),
        )
    }
}

/// Whether anybody wants to know of it: what costs time to find is only sought then.
pub fn is_on(db: &dyn Db, file: SourceFile, code: Code) -> bool {
    Rules::lints_of(db, file).of(code) != Level::Allow
}

/// How bad a finding is in the project of its file.
pub fn severity(db: &dyn Db, found: &Diagnostic) -> Severity {
    let is_denied = || {
        let file = found.labels.first().map(|label| label.place.file());
        file.is_some_and(|file| Rules::lints_of(db, file).of(found.code) == Level::Deny)
    };
    match found.code.severity() {
        Severity::Warning if is_denied() => Severity::Error,
        severity => severity,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_warning_is_a_lint_in_the_order_of_the_codes() {
        let warnings: Vec<&str> =
            codes::all().map(|page| page.code).filter(|code| code.starts_with('W')).collect();
        assert_eq!(LINTS.iter().map(|lint| lint.code.0).collect::<Vec<_>>(), warnings);
    }

    #[test]
    fn a_lint_is_found_by_its_name_and_by_its_code() {
        for written in ["unused_binding", "unused-binding", "W0101", "w0101"] {
            assert_eq!(find(written).map(|lint| lint.code), Ok(UNUSED_BINDING), "{written}");
        }
        assert_eq!(find("unused_bindng"), Err(NoLint::Unknown(Some("unused_binding"))));
        assert_eq!(find("W0802X"), Err(NoLint::Unknown(Some("W0802"))));
        assert_eq!(find("E0301"), Err(NoLint::Error("E0301")));
    }

    #[test]
    fn names_are_written_alike_and_are_given_once() {
        for (at, lint) in LINTS.iter().enumerate() {
            assert!(lint.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{}", lint.name);
            assert!(LINTS[..at].iter().all(|other| other.name != lint.name), "{}", lint.name);
        }
    }
}
