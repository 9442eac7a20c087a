//! `"""` strings at another indentation, with the same value.

/// Appends a `"""` string of several lines whose closing quotes shall stand at an indentation.
///
/// The indentation of the closing quotes is no part of the value: each line loses as much of it as it begins with. So a line
/// gets the new indentation in place of what it lost. Where other text stands before the closing quotes, nothing is lost,
/// and nothing may be changed but newlines of Windows, which are newlines.
pub(super) fn indented(literal: &str, indentation: usize, out: &mut String) {
    let Some(last) = literal.rfind('\n') else { return out.push_str(literal) };
    let closing = literal[last + 1..].trim_end_matches('"');
    let moves = closing.bytes().all(|byte| byte.is_ascii_whitespace()) && literal.ends_with("\"\"\"");
    let mut lines = literal[..last].split('\n').map(without_return);
    let first = lines.next().unwrap_or_default();
    out.push_str(if is_blank(&first[3..]) { "\"\"\"" } else { first });
    for line in lines {
        out.push('\n');
        if !moves {
            out.push_str(line);
            continue;
        }
        let kept = &line[lost(line, closing)..];
        if !kept.is_empty() {
            push_blanks(indentation, out);
            out.push_str(kept);
        }
    }
    out.push('\n');
    if moves {
        push_blanks(indentation, out);
        out.push_str("\"\"\"");
    } else {
        out.push_str(&literal[last + 1..]);
    }
}

/// A line without the first half of a newline of Windows. Of several carriage returns all but the last are text.
fn without_return(line: &str) -> &str {
    line.strip_suffix('\r').filter(|rest| !rest.ends_with('\r')).unwrap_or(line)
}

fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_whitespace())
}

/// How much of the indentation a line begins with.
fn lost(line: &str, indentation: &str) -> usize {
    line.bytes().zip(indentation.bytes()).take_while(|(a, b)| a == b).count()
}

fn push_blanks(count: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', count));
}
