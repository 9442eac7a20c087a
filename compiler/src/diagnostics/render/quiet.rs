//! Places that are marked without words. Ariadne underlines only what has a text, on an arm below it: such an arm, whose
//! text is [`SILENT`], is taken away again, and the underline stays.

/// The text of a mark without words: a character for private use.
pub(super) const SILENT: &str = "\u{E000}";

/// A character of a line, with the colours that are switched in front of it.
type Cell = (String, char);

/// The drawing without the arms of silent marks.
pub(super) fn without_arms(drawing: &str) -> String {
    if !drawing.contains(SILENT) {
        return drawing.to_owned();
    }
    let mut lines: Vec<(Vec<Cell>, String)> = Vec::new();
    for line in drawing.lines() {
        let (cells, rest) = cells(line);
        let is_arm = cells.iter().any(|(_, it)| SILENT.starts_with(*it));
        let Some(column) = cells.iter().rposition(|(_, it)| matches!(it, '╰' | '╭')).filter(|_| is_arm)
        else {
            lines.push((cells, rest));
            continue;
        };
        // Up to what the arm hangs from; other arms may lie across the way.
        let mut highest = None;
        for (cells, _) in lines.iter_mut().rev() {
            match cells.get_mut(column).map(|(_, it)| it) {
                Some(it @ '┬') => {
                    *it = '─';
                    highest = None;
                    break;
                }
                Some(it @ '│') => {
                    *it = ' ';
                    highest = Some(it);
                }
                Some('─') => {}
                // The bar beside several lines marks them well enough.
                Some('├') => {
                    highest = None;
                    break;
                }
                _ => break,
            }
        }
        // A place between two characters has no underline.
        if let Some(it) = highest {
            *it = '─';
        }
        // Lines that only led there go: nothing is left of them but the margin.
        while lines.last().is_some_and(|(cells, _)| is_margin(cells)) {
            lines.pop();
        }
    }
    let spell = |(cells, rest): &(Vec<Cell>, String)| {
        let mut line: String = cells.iter().flat_map(|(colour, it)| colour.chars().chain([*it])).collect();
        line.push_str(rest);
        line + "\n"
    };
    lines.iter().map(spell).collect()
}

/// Whether a line holds only the stroke beside the source.
fn is_margin(cells: &[Cell]) -> bool {
    let mut seen = cells.iter().map(|(_, it)| *it).filter(|it| *it != ' ');
    seen.next() == Some('│') && seen.next().is_none()
}

/// The characters of a line as they are seen, and the switches of colour behind the last.
fn cells(line: &str) -> (Vec<Cell>, String) {
    let (mut cells, mut colour) = (Vec::new(), String::new());
    let mut rest = line.chars();
    while let Some(it) = rest.next() {
        if it == '\u{1b}' {
            colour.push(it);
            for it in rest.by_ref() {
                colour.push(it);
                if it == 'm' {
                    break;
                }
            }
        } else {
            cells.push((std::mem::take(&mut colour), it));
        }
    }
    (cells, colour)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arm_without_words_leaves_its_underline() {
        let drawing = format!(" 1 │ let x\n   │     ┬\n   │     ╰── {SILENT}\n   │ help: y\n");
        assert_eq!(without_arms(&drawing), " 1 │ let x\n   │     ─\n   │ help: y\n");
    }

    #[test]
    fn other_arms_stay_as_they_are() {
        let drawing =
            format!(" 1 │ a bcd\n   │ ┬ ─┬─\n   │ ╰────── one\n   │    │\n   │    ╰─── {SILENT}\n───╯\n");
        assert_eq!(without_arms(&drawing), " 1 │ a bcd\n   │ ┬ ───\n   │ ╰────── one\n───╯\n");
        let below =
            format!(" 1 │ a bcd\n   │ ┬ ─┬─\n   │ │  ╰─── {SILENT}\n   │ │\n   │ ╰────── one\n───╯\n");
        assert_eq!(without_arms(&below), " 1 │ a bcd\n   │ ┬ ───\n   │ │\n   │ ╰────── one\n───╯\n");
    }

    #[test]
    fn a_place_without_width_keeps_a_mark() {
        let drawing = format!(" 3 │ last\n   │     │\n   │     ╰─ {SILENT}\n");
        assert_eq!(without_arms(&drawing), " 3 │ last\n   │     ─\n");
    }

    #[test]
    fn colours_stay_where_they_were() {
        let drawing =
            format!("\u{1b}[31m │\u{1b}[0m \u{1b}[31m┬\u{1b}[0m\n │ \u{1b}[31m╰── {SILENT}\u{1b}[0m\n");
        assert_eq!(without_arms(&drawing), "\u{1b}[31m │\u{1b}[0m \u{1b}[31m─\u{1b}[0m\n");
    }
}
