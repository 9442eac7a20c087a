//! Paths of modules: where an import leads.

use flow_grammar::tree::ImportPath;

/// The project path that a relative import leads to: `./shared/checks` in `flows/ship.flow` is
/// `flows/shared/checks.flow`. A path that leaves the project keeps its `..` at the front. `None` for a package path.
pub fn relative(importer: &str, path: &ImportPath) -> Option<String> {
    let up = path.up?;
    let mut parts = directory(importer);
    (0..up).for_each(|_| step(&mut parts, ".."));
    parts.extend(path.segments.iter().map(|segment| segment.text.as_str()));
    Some(format!("{}.flow", parts.join("/")))
}

/// The project path of a file that stands beside a module under a written path: `prompts/x.md` in `flows/ship.flow` is
/// `flows/prompts/x.md`.
pub fn beside(module: &str, path: &str) -> String {
    if path.starts_with('/') {
        return path.to_owned();
    }
    let mut parts = directory(module);
    path.split('/').for_each(|part| step(&mut parts, part));
    parts.join("/")
}

/// How a module would write the project path `target` of a file: the way back of [`beside`].
pub fn written_beside(module: &str, target: &str) -> String {
    let written = written(module, target);
    written.strip_prefix("./").map_or(written.clone(), str::to_owned)
}

/// How an import in `importer` would write the project path `target` of a module: the way back of [`relative`].
pub fn written(importer: &str, target: &str) -> String {
    let target = target.strip_suffix(".flow").unwrap_or(target);
    let from = directory(importer);
    let to: Vec<&str> = target.split('/').collect();
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count().min(to.len().saturating_sub(1));
    let up = from.len() - shared;
    let mut out = if up == 0 { "./".to_owned() } else { "../".repeat(up) };
    out.push_str(&to[shared..].join("/"));
    out
}

/// The folders around a file, the nearest first; of those above where paths start from, the nearest alone.
pub fn folders(file: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(folder(file), |path| folder(path))
}

fn folder(path: &str) -> Option<&str> {
    match path.rsplit_once('/') {
        Some((_, "..")) => None,
        Some((folder, _)) => Some(folder),
        None => (!matches!(path, "" | "..")).then_some(""),
    }
}

/// Whether a project path is a folder, or leads into it. Where the names of folders would be needed that paths do not
/// tell, those above where they start from, it is not.
pub fn is_within(path: &str, folder: &str) -> bool {
    let (up, path) = climbed(path);
    let (above, folder) = climbed(folder);
    match folder {
        "" => up <= above && !path.starts_with('/'),
        folder => {
            up == above
                && path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        }
    }
}

/// How many steps up a path begins with, and what follows them.
fn climbed(mut path: &str) -> (usize, &str) {
    let mut up = 0;
    while let Some(rest) = path.strip_prefix("..").filter(|rest| rest.is_empty() || rest.starts_with('/')) {
        path = rest.strip_prefix('/').unwrap_or(rest);
        up += 1;
    }
    (up, path)
}

fn directory(file: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = Vec::new();
    let mut segments = file.split('/');
    segments.next_back();
    segments.for_each(|part| step(&mut parts, part));
    parts
}

fn step<'a>(parts: &mut Vec<&'a str>, part: &'a str) {
    match part {
        "." => {}
        // The first segment of an absolute path is empty and stays; other empty ones are repeated slashes.
        "" if !parts.is_empty() => {}
        ".." if parts.last().is_some_and(|last| *last != ".." && !last.is_empty()) => {
            parts.pop();
        }
        part => parts.push(part),
    }
}

#[cfg(test)]
mod tests {
    use super::{beside, folders, is_within, relative, written};
    use flow_grammar::span::Span;
    use flow_grammar::tree::{ImportPath, Name};

    fn path(up: Option<u32>, segments: &[&str]) -> ImportPath {
        let segments =
            segments.iter().map(|text| Name { text: (*text).into(), span: Span::default() }).collect();
        ImportPath { up, segments, span: Span::default() }
    }

    #[test]
    fn an_import_is_relative_to_the_importing_file() {
        let cases = [
            ("ship.flow", path(Some(0), &["shared", "checks"]), "shared/checks.flow"),
            ("flows/ship.flow", path(Some(0), &["checks"]), "flows/checks.flow"),
            ("flows/ship.flow", path(Some(1), &["checks"]), "checks.flow"),
            ("ship.flow", path(Some(1), &["checks"]), "../checks.flow"),
            ("../ship.flow", path(Some(1), &["checks"]), "../../checks.flow"),
            ("/home/a/ship.flow", path(Some(1), &["checks"]), "/home/checks.flow"),
            ("./a/ship.flow", path(Some(0), &["checks"]), "a/checks.flow"),
        ];
        for (importer, path, wanted) in cases {
            assert_eq!(
                relative(importer, &path).as_deref(),
                Some(wanted),
                "{importer} imports {}",
                path.text()
            );
        }
        assert_eq!(relative("ship.flow", &path(None, &["std", "review"])), None);
    }

    #[test]
    fn a_prompt_stands_beside_its_module() {
        assert_eq!(beside("flows/ship.flow", "prompts/x.md"), "flows/prompts/x.md");
        assert_eq!(beside("flows/ship.flow", "./../x.md"), "x.md");
        assert_eq!(beside("ship.flow", "/etc/x.md"), "/etc/x.md");
    }

    #[test]
    fn what_lies_in_a_folder_does_not_climb_out_of_it() {
        for (path, folder) in [
            ("x.md", ""),
            ("", ""),
            ("a/x.md", "a"),
            ("a", "a"),
            ("../x.md", ".."),
            ("x.md", ".."),
            ("../a/x.md", "../a"),
            ("../x.md", "../.."),
            ("/a/x.md", "/a"),
        ] {
            assert!(is_within(path, folder), "{path} in {folder}");
        }
        for (path, folder) in [
            ("../x.md", ""),
            ("..", ""),
            ("/x.md", ""),
            ("ab/x.md", "a"),
            ("../../x.md", ".."),
            ("../..", ".."),
            ("../../a/x.md", "../a"),
            ("/x.md", ".."),
            ("/ab/x.md", "/a"),
        ] {
            assert!(!is_within(path, folder), "{path} in {folder}");
        }
    }

    #[test]
    fn the_folders_around_a_file_go_up_to_the_first_that_has_no_name() {
        for (file, around) in [
            ("m.flow", &[""] as &[&str]),
            ("a/b/m.flow", &["a/b", "a", ""]),
            ("../m.flow", &[".."]),
            ("../../a/m.flow", &["../../a", "../.."]),
            ("/a/b/m.flow", &["/a/b", "/a", ""]),
        ] {
            assert_eq!(folders(file).collect::<Vec<_>>(), around, "{file}");
        }
    }

    #[test]
    fn a_suggested_import_leads_where_it_should() {
        for (importer, target, wanted) in [
            ("ship.flow", "shared/checks.flow", "./shared/checks"),
            ("flows/ship.flow", "checks.flow", "../checks"),
            ("a/b/ship.flow", "a/c/checks.flow", "../c/checks"),
            ("a/ship.flow", "a/checks.flow", "./checks"),
        ] {
            assert_eq!(written(importer, target), wanted);
        }
    }
}
