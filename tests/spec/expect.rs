//! What comments of a program say must be found on their lines.

/// Something that must be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expected {
    /// The line of the file that it is said of, from 0.
    pub(crate) line: usize,
    /// The line that it stands on: the same, or one above that holds nothing else.
    pub(crate) written: usize,
    /// How it is written, with the sign of the comment.
    pub(crate) text: String,
    pub(crate) what: What,
}

/// What must be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// `error[E0301] on `text`: part of the message`; both the place and the message may be left out.
    Finding { code: String, on: Option<String>, part: String },
    /// `revealed: name: type`: what hovering over the last `name` of the line shows.
    Revealed { name: String, ty: String },
}

const WORDS: [&str; 4] = ["error[", "warning[", "note[", "revealed: "];

/// How a comment begins in a file, and how it ends.
pub(crate) fn comment(path: &str) -> (&'static str, &'static str) {
    match path.rsplit('.').next() {
        Some("flow") => ("// ", ""),
        Some("toml") => ("# ", ""),
        _ => ("<!-- ", " -->"),
    }
}

/// Where the expectations of a line begin.
pub(crate) fn start(path: &str, line: &str) -> Option<usize> {
    starts(path, line).next()
}

fn starts<'l>(path: &str, line: &'l str) -> impl Iterator<Item = usize> + 'l {
    let sign = comment(path).0;
    let begins = move |at: &usize| WORDS.iter().any(|word| line[at + sign.len()..].starts_with(word));
    line.match_indices(sign).map(|(at, _)| at).filter(begins)
}

/// The expectations of a file, in its order.
///
/// # Errors
/// When one is not written as it must be, with its line from 0.
pub(crate) fn expectations(path: &str, text: &str) -> Result<Vec<Expected>, (usize, String)> {
    let mut out: Vec<Expected> = Vec::new();
    // How many of the last are of a line that is yet to come.
    let mut waiting = 0;
    for (number, line) in text.lines().enumerate() {
        let starts: Vec<usize> = starts(path, line).collect();
        let ends = starts.iter().skip(1).copied().chain([line.len()]);
        for (from, to) in starts.iter().zip(ends) {
            let text = line[*from..to].trim_end();
            let what = what(path, text).ok_or_else(|| (number, format!("`{text}` is no expectation")))?;
            out.push(Expected { line: number, written: number, text: text.to_owned(), what });
        }
        let alone = starts.first().is_some_and(|at| line[..*at].trim().is_empty());
        if alone {
            waiting += starts.len();
        } else {
            let before = out.len() - starts.len();
            out[before - waiting..before].iter_mut().for_each(|it| it.line = number);
            waiting = 0;
        }
    }
    if waiting > 0 {
        return Err((text.lines().count() - 1, "no line follows that this could be said of".to_owned()));
    }
    Ok(out)
}

fn what(path: &str, text: &str) -> Option<What> {
    let (sign, end) = comment(path);
    let text = text.strip_prefix(sign)?.strip_suffix(end)?.trim_end();
    if let Some(revealed) = text.strip_prefix("revealed: ") {
        let (name, ty) = revealed.split_once(": ")?;
        return Some(What::Revealed { name: name.to_owned(), ty: ty.to_owned() });
    }
    let (severity, rest) = text.split_once('[')?;
    let (code, mut rest) = rest.split_once(']')?;
    if !code.starts_with(severity[..1].to_ascii_uppercase().as_str()) {
        return None;
    }
    let mut on = None;
    if let Some(place) = rest.strip_prefix(" on `") {
        let (place, behind) = place.split_once('`')?;
        (on, rest) = (Some(place.to_owned()), behind);
    }
    let part = if rest.is_empty() { "" } else { rest.strip_prefix(": ")? };
    Some(What::Finding { code: code.to_owned(), on, part: part.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::{What, expectations};

    #[test]
    fn a_comment_is_said_of_its_line_or_of_the_next() {
        let text = "a // error[E0301] on `a`: no // warning[W0101]\n// revealed: x: [int]\n  // note[N0501]: n\nb // c\n";
        let found = expectations("a.flow", text).unwrap();
        let finding = |code: &str, on: Option<&str>, part: &str| What::Finding {
            code: code.to_owned(),
            on: on.map(str::to_owned),
            part: part.to_owned(),
        };
        let shown: Vec<_> = found.into_iter().map(|it| (it.line, it.written, it.what)).collect();
        let revealed = What::Revealed { name: "x".to_owned(), ty: "[int]".to_owned() };
        assert_eq!(
            shown,
            [
                (0, 0, finding("E0301", Some("a"), "no")),
                (0, 0, finding("W0101", None, "")),
                (3, 1, revealed),
                (3, 2, finding("N0501", None, "n")),
            ]
        );
    }

    #[test]
    fn each_kind_of_file_has_its_own_comments() {
        assert_eq!(expectations("flow.toml", "x = 1 # error[E0611]: x\n").unwrap().len(), 1);
        assert_eq!(expectations("p.md", "<!-- error[E0106]: x -->\n${x}\n").unwrap()[0].line, 1);
        assert_eq!(expectations("a.flow", "let url = \"https://error.org\"\n").unwrap(), []);
    }

    #[test]
    fn what_is_not_written_as_it_must_be_is_told() {
        let refused = |text: &str| expectations("a.flow", text).unwrap_err().1;
        assert!(refused("x // error[W0101]: y\n").contains("is no expectation"));
        assert!(refused("x // error[E0101] y\n").contains("is no expectation"));
        assert!(refused("x // revealed: y\n").contains("is no expectation"));
        assert!(refused("x\n// error[E0101]\n").contains("no line follows"));
    }
}
