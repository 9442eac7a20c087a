//! The reference page of a module: what it exports, as its users see it, in Markdown.

mod mentions;

use crate::analyses::cost::bounds;
use crate::analyses::touch::reach;
use crate::db::{Db, SourceFile};
use crate::describe;
use crate::diagnostics::ItemKey;
use crate::graph::{Graph, graph};
use crate::lower::lower_flow;
use crate::resolve::{DefKind, exports};
use crate::syntax::{Role, items};
use crate::types::decl::{TypeShape, endpoints, signature, type_def};
use mentions::mentions;
use smol_str::SmolStr;
use std::fmt::Write as _;

/// The kinds of what a module exports, in the order of the page.
const SECTIONS: [(&str, DefKind); 9] = [
    ("Flows", DefKind::Flow),
    ("Tools", DefKind::Tool),
    ("Agents", DefKind::Agent),
    ("Commands", DefKind::Command),
    ("People", DefKind::Human),
    ("Functions", DefKind::Fn),
    ("Types", DefKind::Type),
    ("Constants", DefKind::Const),
    ("Secrets", DefKind::Secret),
];

/// How a page is written.
pub struct Style<'a> {
    /// The page of a file, as it is linked to from this one; `None` where it has none.
    pub page: &'a dyn Fn(SourceFile) -> Option<String>,
    /// A graph as a fenced block: its language and its text.
    pub draw: &'a dyn Fn(&Graph) -> (&'static str, String),
}

/// What a module says of itself.
pub fn summary(db: &dyn Db, file: SourceFile) -> Option<String> {
    describe::module_docs(db, file)
}

/// The first sentence or line of a text.
pub fn first_sentence(text: &str) -> &str {
    let paragraph = text.split("\n\n").next().unwrap_or_default();
    let end = paragraph.find(". ").map_or(paragraph.len(), |at| at + 1);
    paragraph[..end].trim_end()
}

/// The page of a module with a title; nothing but that for one that exports nothing.
pub fn page(db: &dyn Db, file: SourceFile, title: &str, style: &Style<'_>) -> String {
    let mut out = format!("# {title}\n");
    if let Some(text) = summary(db, file) {
        let _ = write!(out, "\n{}\n", text.trim_end());
    }
    let exported = exports(db, file);
    let declared: Vec<(ItemKey, DefKind)> = items(db, file)
        .iter()
        .filter_map(|item| match item.role(db) {
            Role::Declares(kind) => Some((item.key(db), kind)),
            _ => None,
        })
        .filter(|(key, _)| exported.get(&key.name).is_some_and(|def| def.key == *key))
        .collect();
    for (heading, kind) in SECTIONS {
        let mut entries = declared.iter().filter(|(_, found)| *found == kind).peekable();
        if entries.peek().is_some() {
            let _ = write!(out, "\n## {heading}\n");
        }
        for (key, kind) in entries {
            Entry { db, key, kind: *kind, style }.write(&mut out);
        }
    }
    let passed_on: Vec<String> = exported
        .passed_on()
        .into_iter()
        .map(|def| match (style.page)(def.key.file) {
            Some(page) => format!("[`{0}`]({page}#{1})", def.key.name, anchor(def.kind, &def.key.name)),
            None => format!("`{}`", def.key.name),
        })
        .collect();
    if !passed_on.is_empty() {
        let _ = write!(out, "\n## Passed on\n\nDeclared elsewhere: {}\n", passed_on.join(", "));
    }
    out
}

/// Where the entry of a declaration is on its page.
fn anchor(kind: DefKind, name: &str) -> String {
    format!("{}-{}", describe::keyword(kind), name.to_lowercase())
}

struct Entry<'a> {
    db: &'a dyn Db,
    key: &'a ItemKey,
    kind: DefKind,
    style: &'a Style<'a>,
}

impl Entry<'_> {
    fn write(&self, out: &mut String) {
        let head = describe::item(self.db, self.key, self.kind);
        // The words make the anchor, see `anchor`.
        let _ = write!(out, "\n### {} {}\n", describe::keyword(self.kind), self.key.name);
        let _ = write!(out, "\n```flow\n{head}\n```\n");
        if let Some(docs) = describe::docs(self.db, self.key) {
            let _ = write!(out, "\n{}\n", docs.trim_end());
        }
        list(out, &self.parts());
        self.refers(out);
        if matches!(self.kind, DefKind::Flow | DefKind::Tool) {
            self.flow(out);
        }
    }

    /// What it consists of, where its author says something of it.
    fn parts(&self) -> Vec<(String, SmolStr)> {
        let mut out = Vec::new();
        let mut add = |name: String, doc: &Option<SmolStr>| out.extend(doc.clone().map(|doc| (name, doc)));
        if let Some(known) = signature(self.db, self.key.clone()) {
            known.params.iter().for_each(|param| add(param.name.to_string(), &param.doc));
        }
        if let Some(known) = type_def(self.db, self.key.clone()) {
            match &*known.body {
                TypeShape::Record(fields) => {
                    fields.iter().for_each(|field| add(field.name.to_string(), &field.doc));
                }
                TypeShape::Enum(variants) | TypeShape::Union(variants) => {
                    for variant in variants {
                        add(variant.name.to_string(), &variant.doc);
                        for field in &variant.fields {
                            add(format!("{}.{}", variant.name, field.name), &field.doc);
                        }
                    }
                }
                TypeShape::Alias(_) => {}
            }
        }
        out
    }

    /// The declared types that it mentions, with where they are described.
    fn refers(&self, out: &mut String) {
        let links: Vec<String> = mentions(self.db, self.key)
            .iter()
            .filter(|key| *key != self.key)
            .filter_map(|key| {
                let page =
                    if key.file == self.key.file { String::new() } else { (self.style.page)(key.file)? };
                exports(self.db, key.file).get(&key.name)?;
                Some(format!("[`{}`]({page}#{})", key.name, anchor(DefKind::Type, &key.name)))
            })
            .collect();
        if !links.is_empty() {
            let _ = write!(out, "\nTypes: {}\n", links.join(", "));
        }
    }

    /// What a flow answers while it runs, may do and use up, and how it goes on from stage to stage.
    fn flow(&self, out: &mut String) {
        let exposed = endpoints(self.db, self.key.clone());
        if !exposed.is_empty() {
            let _ = write!(out, "\nWhile it runs, it answers:\n\n");
            for endpoint in exposed.iter() {
                let doc =
                    endpoint.doc.as_ref().map_or_else(String::new, |doc| format!(": {}", indented(doc)));
                let _ = writeln!(out, "- `{}`{doc}", describe::endpoint(endpoint));
            }
        }
        if let Some(found) = reach(self.db, self.key) {
            let rows: Vec<_> = found.rows().into_iter().filter(|(_, names)| !names.is_empty()).collect();
            if !rows.is_empty() {
                let _ = write!(out, "\nIt may use, itself or through what it calls:\n\n");
                for (kind, names) in rows {
                    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
                    let _ = writeln!(out, "- {kind}: {}", names.join(", "));
                }
            }
        }
        if let Some(found) = bounds(self.db, self.key) {
            let _ = write!(out, "\nOne run takes:\n\n{}\n", found.markdown().trim_end());
        }
        // A generic flow has no program of its own.
        let Ok(program) = lower_flow(self.db, self.key) else { return };
        let drawn = graph(&program, &program.flow);
        if drawn.edges.is_empty() {
            return;
        }
        let (language, text) = (self.style.draw)(&drawn);
        let _ = write!(out, "\n```{language}\n{}\n```\n", text.trim_end());
    }
}

fn list(out: &mut String, parts: &[(String, SmolStr)]) {
    if !parts.is_empty() {
        out.push('\n');
    }
    for (name, doc) in parts {
        let _ = writeln!(out, "- `{name}`: {}", indented(doc));
    }
}

/// A text as the content of an item of a list.
fn indented(text: &str) -> String {
    text.trim_end().replace('\n', "\n  ")
}
