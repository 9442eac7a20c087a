//! Everything that is wrong with an item, a file, a project.

mod echoes;
mod once;

pub use once::told_once;

use crate::analyses;
use crate::analyses::tests::check_test;
use crate::db::{Database, Db, Rules, SourceFile};
use crate::diagnostics::{Code, Diagnostic, MOST_ERRORS, Place, Severity};
use crate::lints::{self, Allowances, Level};
use crate::parallel::{self, Round};
use crate::prompts;
use crate::resolve;
use crate::syntax::{Item, Role, Unmentioned, in_file, items, names_in_settings, names_used, syntax_errors};
use crate::types::decl;
use crate::types::infer::{check_body, check_text, let_go};
use crate::types::settings::{plain_hole, unused_parameter};
use flow_grammar::error::MORE_ERRORS;
use flow_grammar::span::Span;
use flow_grammar::tree::visit::{Visit, walk_expr};
use flow_grammar::tree::{Expr, ExprKind, ItemKind, Setting, TemplatePart};
use std::cell::Cell;

/// One look at an item: what is wrong with it, places counted from the item.
type Look = fn(&dyn Db, Item<'_>) -> Vec<Diagnostic>;

/// Every look at an item: at its name, its import, its signature, its settings and attributes, its body, and what it does
/// through all that it calls.
const LOOKS: [Look; 14] = [
    |db, item| match item.role(db) {
        Role::Import => resolve::import(db, item).diagnostics.clone(),
        _ => Vec::new(),
    },
    |db, item| resolve::check_name(db, item),
    |db, item| decl::check::check(db, item),
    |db, item| prompts::check(db, item),
    unused_params,
    |db, item| lints::settings::check(db, item),
    |db, item| lints::unproduced_variant::check(db, item),
    |db, item| analyses::secrets::with_ways(db, item, &check_body(db, item).diagnostics),
    |db, item| analyses::of_circles(db, item),
    |db, item| analyses::env::check(db, item),
    |db, item| analyses::of_cost(db, item),
    |db, item| analyses::of_races(db, item),
    |db, item| analyses::policy::check(db, item),
    texts_in_files,
];

/// At so many items, each look is had at all of them before the next one: its code is then near the processor. They are so few
/// that they are, too.
const AT_ONCE: usize = 32;

/// What is wrong with an item, places counted from the item.
#[salsa::tracked]
fn check_item<'db>(db: &'db dyn Db, item: Item<'db>) -> Vec<Diagnostic> {
    LOOKS.iter().flat_map(|look| look(db, item)).collect()
}

/// What is wrong with the texts of an item that stand in files of their own.
fn texts_in_files(db: &dyn Db, item: Item<'_>) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    for text in prompts::text_files(db, item) {
        let found = text.file.map(|file| check_text(db, item, file));
        out.extend(found.iter().flat_map(|found| analyses::secrets::with_settings(db, item, &text, found)));
    }
    out
}

/// The parameters of a declaration that none of its settings uses.
fn unused_params(db: &dyn Db, item: Item<'_>) -> Vec<Diagnostic> {
    let ItemKind::Doer(decl) = item.kind(db) else { return Vec::new() };
    let texts = prompts::text_files(db, item);
    // Nothing is known of the holes of a file that is not there.
    if texts.iter().any(|text| text.file.is_none()) {
        return Vec::new();
    }
    let mut used = names_in_settings(&decl.settings);
    prompts::templates(db, item).for_each(|template| used.add_template(template));
    let unused = decl
        .params
        .iter()
        .filter(|param| !resolve::is_private(&param.name.text) && !used.mentions(&param.name.text));
    unused
        .map(|param| {
            let name = &param.name.text;
            let at = item.place(db, param.name.span);
            let plain = plain_text(db, item, &decl.settings, name)
                .or_else(|| texts.iter().find_map(|text| plain_in_file(db, text.file?, name)));
            match plain {
                Some((place, plain)) => plain_hole(place, at, name, decl.kind, &plain),
                None => unused_parameter(at, name, decl.kind),
            }
        })
        .collect()
}

/// Where a text in settings has `{name}` or `$name` outside of its holes.
fn plain_text(db: &dyn Db, item: Item<'_>, settings: &[Setting], name: &str) -> Option<(Place, String)> {
    struct Finder<'w> {
        wanted: &'w str,
        found: Option<Span>,
    }
    impl Visit for Finder<'_> {
        fn expr(&mut self, expr: &Expr) {
            if let ExprKind::Str(template) = &expr.kind {
                let part = template.parts.iter().find_map(|part| match part {
                    TemplatePart::Text(text, span) if text.contains(self.wanted) => Some(*span),
                    _ => None,
                });
                self.found = self.found.or(part);
            }
            walk_expr(self, expr);
        }
    }
    for wanted in looks_like_a_hole(name) {
        let mut finder = Finder { wanted: &wanted, found: None };
        settings.iter().for_each(|setting| finder.setting(setting));
        if let Some(part) = finder.found {
            // As it is written, escapes and indentation count too.
            let written =
                item.file(db).text(db).get(part.shifted(item.start(db)).range()).unwrap_or_default();
            let before = written.find(&wanted).and_then(|before| u32::try_from(before).ok()).unwrap_or(0);
            let start = part.start.saturating_add(before);
            let length = u32::try_from(wanted.len()).unwrap_or(0);
            return Some((item.place(db, Span::new(start, start.saturating_add(length))), wanted));
        }
    }
    None
}

/// What people write in place of a hole: that of other languages.
fn looks_like_a_hole(name: &str) -> [String; 2] {
    [format!("{{{name}}}"), format!("${name}")]
}

/// Where a text in a file has `{name}` or `$name`, none of whose holes mentions the name.
fn plain_in_file(db: &dyn Db, file: SourceFile, name: &str) -> Option<(Place, String)> {
    let text = file.text(db);
    looks_like_a_hole(name).into_iter().find_map(|wanted| {
        let at = text.find(&wanted)?;
        let end = at + wanted.len();
        let is_whole = !text[end..].starts_with(|next: char| next == '_' || next.is_alphanumeric());
        // `\${name}` asks for plain text.
        let is_meant = text[..at].ends_with(['$', '\\']);
        let span = Span::new(u32::try_from(at).ok()?, u32::try_from(end).ok()?);
        ((wanted.ends_with('}') || is_whole) && !is_meant).then_some((Place::File(file, span), wanted))
    })
}

/// The imported names that no item of a file mentions.
fn unused_imports(db: &dyn Db, file: SourceFile, found: &mut impl FnMut(usize, &Diagnostic)) {
    let all = items(db, file);
    // Others may use what is passed on.
    let kept = |item: Item<'_>| item.role(db) == Role::Import && !resolve::is_passed_on(db, item);
    let imported = || {
        let imports = all.iter().enumerate().filter(|(_, item)| kept(**item));
        imports.flat_map(|(at, &item)| {
            resolve::import_names(item.kind(db)).into_iter().map(move |name| (at, item, name))
        })
    };
    let mut unused = Unmentioned::default();
    imported().for_each(|(at, _, name)| unused.seek(&name.text, at));
    for (at, &item) in all.iter().enumerate() {
        if unused.is_empty() {
            return;
        }
        unused.see(at, names_used(db, item));
    }
    for (at, item, name) in imported().filter(|(.., name)| unused.lacks(&name.text)) {
        let entry = resolve::scope(db, file).get(&name.text);
        let is_whole = entry.is_some_and(|entry| !matches!(entry, resolve::Entry::Broken { .. }));
        if is_whole && entry.and_then(resolve::Entry::import) == Some(&item.key(db)) {
            found(at, &resolve::unused_import(db, item, name));
        }
    }
}

/// Everything that is wrong with a file, in the order of its text, each thing once. Places are counted from the start of
/// their files.
#[salsa::tracked]
pub fn check_file(db: &dyn Db, file: SourceFile) -> Vec<Diagnostic> {
    let mut out = check_alone(db, file).clone();
    if let Some(cycle) = resolve::import_cycle(db, file) {
        if let [own] = cycle {
            echoes::of_import_of_itself(db, own, &mut out);
        }
        out.extend(resolve::import_cycle_found(db, cycle).as_ref().and_then(|found| placed(db, found)));
        echoes::in_order(db, &mut out);
    }
    out
}

/// What is wrong with a file, but for cycles of imports: those depend on every file, so that every edit of any file would
/// look at all that this one depends on.
#[salsa::tracked]
fn check_alone(db: &dyn Db, file: SourceFile) -> Vec<Diagnostic> {
    let mut out = syntax_errors(db, file);
    // Text that could not be read may use what seems to be unused.
    let readable = out.is_empty();
    let levels = Rules::lints_of(db, file);
    let mut allowances = Allowances::of(db, file);
    let may_change = Rules::get(db).may_change(db);
    let errors = Cell::new(out.len());
    let mut tell = |item: usize, found: &Diagnostic| {
        let is_lint = found.code.severity() == Severity::Warning;
        if is_lint && levels.of(found.code) == Level::Allow {
            return;
        }
        let Some(found) = placed(db, found) else { return };
        let place = found.labels.first().map(|label| &label.place);
        if !(is_lint && place.is_some_and(|place| allowances.covers(file, item, found.code, place))) {
            errors.set(errors.get() + usize::from(found.code.severity() == Severity::Error));
            out.push(found);
        }
    };
    let all: Vec<(usize, Item<'_>)> = items(db, file).iter().copied().enumerate().collect();
    for some in all.chunks(AT_ONCE) {
        if errors.get() > MOST_ERRORS {
            break;
        }
        if may_change {
            for (at, item) in some {
                check_item(db, *item).iter().for_each(|found| tell(*at, found));
            }
        } else {
            for look in LOOKS {
                for (at, item) in some {
                    look(db, *item).iter().for_each(|found| tell(*at, found));
                }
            }
        }
        for (at, item) in some.iter().filter(|(_, item)| item.role(db) == Role::Test) {
            check_test(db, *item).iter().for_each(|found| tell(*at, found));
        }
    }
    if readable {
        unused_imports(db, file, &mut tell);
        lints::unused_private::check(db, file, &mut tell);
        lints::unused_secret::check(db, file, &mut tell);
        // What is wrong may be what would need it.
        if !out.iter().any(|found| found.code.severity() == Severity::Error) {
            out.extend(allowances.unused(db, file));
        }
    } else {
        let spans: Vec<Span> =
            items(db, file).iter().map(|it| it.tree(db).span.shifted(it.start(db))).collect();
        echoes::of_unread_text(file.text(db), &spans, &mut out);
    }
    echoes::of_names_given_twice(&mut out);
    echoes::of_secrets_read(&mut out);
    echoes::of_names_in_patterns(&mut out);
    echoes::in_order(db, &mut out);
    if errors.get() > MOST_ERRORS && readable {
        out.extend(more_unchecked(file, &out));
    }
    out
}

/// Tells behind the last mistake of a file that the text behind it was not checked.
fn more_unchecked(file: SourceFile, found: &[Diagnostic]) -> Option<Diagnostic> {
    let place = |found: &Diagnostic| match found.labels.first()?.place {
        Place::File(_, span) => Some(Place::File(file, Span::new(span.end, span.end))),
        Place::Item(..) => None,
    };
    let last = found.iter().rev().find(|found| found.code.severity() == Severity::Error)?;
    let message = format!("there are more than {MOST_ERRORS} mistakes: what follows is not checked");
    Some(Diagnostic::new(Code(MORE_ERRORS), message, place(last)?).help("mend these first"))
}

/// The diagnostic with places in files; `None` if its primary place is gone, which a diagnostic of this revision's never
/// is. Other places that are gone are left out.
pub fn placed(db: &dyn Db, diagnostic: &Diagnostic) -> Option<Diagnostic> {
    let settle = |place: &Place| {
        in_file(db, place).map(|(file, span)| Place::File(file, of_letters(file.text(db), span)))
    };
    settle(&diagnostic.labels.first()?.place)?;
    let mut out = diagnostic.clone();
    out.labels.retain_mut(|label| settle(&label.place).map(|place| label.place = place).is_some());
    out.fixes.retain_mut(|fix| {
        fix.edits.iter_mut().all(|edit| settle(&edit.place).map(|place| edit.place = place).is_some())
    });
    Some(out)
}

/// What is worth knowing of a file and no mistake: that a worst case lies above its budget. Places are counted from the
/// start of their files.
pub fn notes(db: &dyn Db, file: SourceFile) -> Vec<Diagnostic> {
    let found = items(db, file).iter().flat_map(|&item| analyses::cost::check::notes(db, item));
    found.filter_map(|note| placed(db, &note)).collect()
}

/// The span made wider until it holds whole letters: where a bracket that a message points at is missing, another letter
/// may stand in its place.
fn of_letters(text: &str, span: Span) -> Span {
    let at = |byte: u32| usize::try_from(byte).unwrap_or(usize::MAX).min(text.len());
    let bytes = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span::new(bytes(text.floor_char_boundary(at(span.start))), bytes(text.ceil_char_boundary(at(span.end))))
}

/// Whether a file has an error.
pub fn has_errors(db: &dyn Db, file: SourceFile) -> bool {
    check_file(db, file).iter().any(|found| lints::severity(db, found) == Severity::Error)
}

/// Checks files on as many threads as the machine has processors. The answer is in the order of the files.
pub fn check_all(db: &Database, files: &[SourceFile]) -> Vec<(SourceFile, Vec<Diagnostic>)> {
    check_each(db, files, |_, _| {})
}

/// As [`check_all`], for a program that is not looked at again: lets go of the bodies of each file that it has checked.
pub fn check_once(db: &Database, files: &[SourceFile]) -> Vec<(SourceFile, Vec<Diagnostic>)> {
    check_each(db, files, |db, file| let_go(db, file))
}

/// Checks files, and does something with each behind it.
///
/// What would make one thread wait for what another is about to find is found beforehand: first what needs no other file,
/// then what needs others, then what needs all.
fn check_each(
    db: &Database,
    files: &[SourceFile],
    behind: fn(&Database, SourceFile),
) -> Vec<(SourceFile, Vec<Diagnostic>)> {
    let of_all: [fn(&Database); 4] = [
        |db| resolve::prepare(db),
        |db| analyses::env::prepare(db),
        |db| decl::marks::prepare_all(db),
        |db| lints::unproduced_variant::prepare_all(db),
    ];
    let before = [
        Round::of(files, |db: &Database, file| {
            items(db, *file);
            decl::marks::prepare(db, *file);
            lints::unproduced_variant::prepare(db, *file);
        }),
        Round::of(files, |db, file| _ = resolve::imported(db, *file)),
        Round::of(&of_all, |db, prepare| prepare(db)),
    ];
    let check = |db: &Database, file: &SourceFile| {
        let found = check_file(db, *file).clone();
        behind(db, *file);
        (*file, found)
    };
    parallel::map_after(if files.len() > 1 { &before } else { &[] }, files, || db.clone(), check)
}
