//! Writes into a page what is found in its programs: for `FLOW_UPDATE=1`.

use crate::expect::{What, comment, start};
use crate::run::{Compared, Outcome};

/// How long a line gets before its expectations move to a line above.
const WIDTH: usize = 110;

/// Changes the lines of a page whose expectations are not met, or say no message. Others stay as they are written.
pub(crate) fn update(page: &mut Vec<String>, compared: &[Compared<'_>]) {
    let mut parts: Vec<&Compared<'_>> = compared.iter().collect();
    parts.sort_by_key(|it| std::cmp::Reverse(it.part.first));
    for file in parts {
        for line in (0..file.part.text.lines().count()).rev() {
            update_line(page, file, line);
        }
    }
}

fn update_line(page: &mut Vec<String>, file: &Compared<'_>, line: usize) {
    let (path, first) = (&file.part.path, file.part.first);
    let own: Vec<_> = file.expected.iter().filter(|(it, _)| it.line == line).collect();
    let more: Vec<_> = file.unexpected.iter().filter(|found| found.line == line).collect();
    let (sign, end) = comment(path);
    let mut wanted: Vec<String> = own
        .iter()
        .filter_map(|(it, outcome)| match (&it.what, outcome) {
            (What::Finding { part, on: None, .. }, Outcome::Found(found)) if part.is_empty() => {
                Some(format!("{sign}{}{end}", found.text()))
            }
            (_, Outcome::Found(_) | Outcome::Revealed) => Some(it.text.clone()),
            (What::Revealed { name, .. }, Outcome::Instead(instead)) => {
                let ty = instead.strip_prefix("it is `")?.strip_suffix('`')?;
                Some(format!("{sign}revealed: {name}: {ty}{end}"))
            }
            (What::Finding { .. }, Outcome::Instead(_)) => None,
        })
        .collect();
    if more.is_empty() && own.iter().map(|(it, _)| &it.text).eq(&wanted) {
        return;
    }
    wanted.extend(more.iter().map(|found| format!("{sign}{}{end}", found.text())));
    let above = own.iter().any(|(it, _)| it.written < line);
    let at = first + line;
    if let Some(cut) = start(path, &page[at]) {
        let length = page[at][..cut].trim_end().len();
        page[at].truncate(length);
    }
    let mut from = at;
    while from > first
        && start(path, &page[from - 1]).is_some_and(|cut| page[from - 1][..cut].trim().is_empty())
    {
        from -= 1;
    }
    page.drain(from..at);
    let trailing = format!("{} {}", page[from], wanted.join(" "));
    if wanted.is_empty() {
    } else if above || trailing.chars().count() > WIDTH || !end.is_empty() {
        let indent = page[from].len() - page[from].trim_start().len();
        let indent = page[from][..indent].to_owned();
        page.splice(from..from, wanted.iter().map(|it| format!("{indent}{it}")));
    } else {
        page[from] = trailing;
    }
}
