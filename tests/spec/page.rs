//! A page of the specification, cut into programs.

/// A program: its files, and where it stands.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Program {
    /// The heading that it stands under.
    pub(crate) name: String,
    /// Its files, in the order of the page.
    pub(crate) files: Vec<Part>,
}

/// A file of a program.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// Its path in the project.
    pub(crate) path: String,
    /// The line of the page that its first line is, from 0.
    pub(crate) first: usize,
    /// Its text.
    pub(crate) text: String,
}

/// The path of a program that is one file.
pub(crate) const MAIN: &str = "main.flow";

/// The programs of a page. A block fenced as `flow` is one; blocks behind a line that ends in `` `path`: `` are the files of
/// one program, up to the next heading. Other blocks only show something.
///
/// # Errors
/// When the page is not written as its programs must be, with the line from 0.
pub(crate) fn programs(page: &str) -> Result<Vec<Program>, (usize, String)> {
    let mut out: Vec<Program> = Vec::new();
    let mut heading = String::new();
    let mut path: Option<String> = None;
    // The program of the section whose files have names.
    let mut named: Option<usize> = None;
    let mut lines = page.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        if let Some(title) = line.strip_prefix('#') {
            title.trim_start_matches('#').trim().clone_into(&mut heading);
            named = None;
        }
        let fence = &line[..line.len() - line.trim_start_matches('`').len()];
        if fence.len() < 3 {
            path = if line.is_empty() { path } else { path_of(line) };
            continue;
        }
        let mut text = String::new();
        loop {
            let Some((_, line)) = lines.next() else {
                return Err((number, "this block is not closed".into()));
            };
            if line == fence {
                break;
            }
            text.push_str(line);
            text.push('\n');
        }
        let part = |path| Part { path, first: number + 1, text };
        match (path.take(), &line[fence.len()..]) {
            (Some(path), _) => {
                let at = *named.get_or_insert_with(|| {
                    out.push(Program { name: heading.clone(), files: Vec::new() });
                    out.len() - 1
                });
                out[at].files.push(part(path));
            }
            (None, "flow") => {
                out.push(Program { name: heading.clone(), files: vec![part(MAIN.to_owned())] });
            }
            (None, info) if info.starts_with("flow") => {
                return Err((number, format!("a program is fenced as `flow`, not as `{info}`")));
            }
            (None, _) => {}
        }
    }
    Ok(out)
}

/// The path that a line names: `` `lib/plans.flow`: ``
fn path_of(line: &str) -> Option<String> {
    let path = line.strip_prefix('`')?.strip_suffix("`:")?;
    (!path.contains(['`', ' '])).then(|| path.to_owned())
}

#[test]
fn a_block_is_a_program_and_named_blocks_of_a_section_are_one() {
    let page = "# A\n\n```flow\nlet\n```\n\n`a.flow`:\n\n```flow\nx\ny\n```\n\n`p.md`:\n\n```markdown\nz\n```\n\n## B\n\n\
                ```text\nno\n```\n\n```flow\nb\n```\n";
    let found = programs(page).unwrap();
    let shown = |program: &Program| {
        let files = program.files.iter().map(|it| format!("{}:{} {:?}", it.path, it.first, it.text));
        format!("{}: {}", program.name, files.collect::<Vec<_>>().join(", "))
    };
    assert_eq!(
        found.iter().map(shown).collect::<Vec<_>>(),
        [r#"A: main.flow:3 "let\n""#, r#"A: a.flow:9 "x\ny\n", p.md:16 "z\n""#, r#"B: main.flow:26 "b\n""#,]
    );
}

#[test]
fn a_block_that_is_not_closed_or_fenced_as_something_else_is_told() {
    assert_eq!(programs("# A\n\n```flow\nx\n"), Err((2, "this block is not closed".into())));
    assert!(programs("```flow,error\nx\n```\n").unwrap_err().1.contains("`flow,error`"));
}
