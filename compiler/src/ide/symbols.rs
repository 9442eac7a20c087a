//! The outline of a file.

use crate::db::{Db, SourceFile};
use crate::syntax::items;
use flow_grammar::span::Span;
use flow_grammar::tree::{
    AltKind, Block, DoerKind, Field, Item, ItemKind, Name, StmtKind, TypeBody, TypeExprKind,
};

/// Something that a file declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// Its name.
    pub name: String,
    /// Its type or kind, in a word or two.
    pub detail: Option<String>,
    /// What it is.
    pub kind: SymbolKind,
    /// All of it, in the file.
    pub span: Span,
    /// Its name.
    pub name_span: Span,
    /// What it declares inside.
    pub children: Vec<Symbol>,
}

/// What a symbol is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SymbolKind {
    /// A record, or another name for a type.
    Type,
    /// An enum or a union.
    Enum,
    /// A variant.
    Variant,
    /// A field.
    Field,
    /// An `fn`.
    Function,
    /// A `flow` or `tool`.
    Flow,
    /// A stage.
    Stage,
    /// An endpoint.
    Endpoint,
    /// An `agent`.
    Agent,
    /// A `command`.
    Command,
    /// A `human`.
    Human,
    /// A `const`.
    Const,
    /// A `secret`.
    Secret,
    /// A `test`.
    Test,
}

/// The outline of a file, in the order of the text.
pub fn symbols(db: &dyn Db, file: SourceFile) -> Vec<Symbol> {
    let text = file.text(db);
    items(db, file)
        .iter()
        .filter_map(|item| {
            let start = item.start(db);
            let text = text.get(start as usize..).unwrap_or_default();
            Outline { text, start }.item(item.tree(db))
        })
        .collect()
}

struct Outline<'t> {
    /// The file's text from the item's start.
    text: &'t str,
    start: u32,
}

impl Outline<'_> {
    fn symbol(&self, name: &Name, kind: SymbolKind, span: Span, detail: Option<String>) -> Symbol {
        Symbol {
            name: name.text.to_string(),
            detail,
            kind,
            span: span.to(name.span).shifted(self.start),
            name_span: name.span.shifted(self.start),
            children: Vec::new(),
        }
    }

    fn written(&self, span: Span) -> Option<String> {
        let text = self.text.get(span.range())?;
        Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    fn item(&self, item: &Item) -> Option<Symbol> {
        let declared = item.kind.name().filter(|name| !name.text.is_empty());
        let span = item.span;
        let result = |result: &Option<Box<flow_grammar::tree::TypeExpr>>| {
            result.as_ref().and_then(|ty| self.written(ty.span)).map(|ty| format!("-> {ty}"))
        };
        Some(match &item.kind {
            ItemKind::Type(decl) => {
                let (kind, children) = self.type_body(&decl.body);
                Symbol { children, ..self.symbol(declared?, kind, span, None) }
            }
            ItemKind::Doer(decl) => {
                let kind = match decl.kind {
                    DoerKind::Agent => SymbolKind::Agent,
                    DoerKind::Command => SymbolKind::Command,
                    DoerKind::Human => SymbolKind::Human,
                };
                self.symbol(declared?, kind, span, result(&decl.result))
            }
            ItemKind::Fn(decl) => self.symbol(declared?, SymbolKind::Function, span, result(&decl.result)),
            ItemKind::Flow(decl) => Symbol {
                children: self.stages(&decl.body),
                ..self.symbol(declared?, SymbolKind::Flow, span, result(&decl.result))
            },
            ItemKind::Const(decl) => {
                let ty = decl.ty.as_ref().and_then(|ty| self.written(ty.span));
                self.symbol(declared?, SymbolKind::Const, span, ty)
            }
            ItemKind::Secret(_) => self.symbol(declared?, SymbolKind::Secret, span, None),
            ItemKind::Test(decl) => {
                let name = Name { text: decl.name.plain().unwrap_or("test").into(), span: decl.name.span };
                self.symbol(&name, SymbolKind::Test, span, None)
            }
            ItemKind::Import(_) | ItemKind::Error => return None,
        })
    }

    fn type_body(&self, body: &TypeBody) -> (SymbolKind, Vec<Symbol>) {
        match body {
            TypeBody::Record(fields) => (SymbolKind::Type, self.fields(fields)),
            TypeBody::Alts { alts, .. } => {
                let mut children = Vec::new();
                for alt in alts {
                    match &alt.kind {
                        AltKind::Variant { name, fields } if !name.text.is_empty() => children.push(Symbol {
                            children: self.fields(fields),
                            ..self.symbol(name, SymbolKind::Variant, alt.span, None)
                        }),
                        AltKind::Type(ty) if alts.len() > 1 => {
                            if let TypeExprKind::Named { name, .. } = &ty.kind {
                                children.push(self.symbol(name, SymbolKind::Variant, alt.span, None));
                            }
                        }
                        _ => {}
                    }
                }
                (if children.is_empty() { SymbolKind::Type } else { SymbolKind::Enum }, children)
            }
        }
    }

    fn fields(&self, fields: &[Field]) -> Vec<Symbol> {
        fields
            .iter()
            .filter(|field| !field.name.text.is_empty())
            .map(|field| self.symbol(&field.name, SymbolKind::Field, field.span, self.written(field.ty.span)))
            .collect()
    }

    fn stages(&self, body: &Block) -> Vec<Symbol> {
        body.stmts
            .iter()
            .filter_map(|stmt| match &stmt.kind {
                StmtKind::Stage(stage) if !stage.name.text.is_empty() => {
                    Some(self.symbol(&stage.name, SymbolKind::Stage, stmt.span, None))
                }
                StmtKind::Expose(expose) if !expose.name.text.is_empty() => {
                    let result = expose.result.as_ref().and_then(|ty| self.written(ty.span));
                    let detail = result.map(|ty| format!("-> {ty}"));
                    Some(self.symbol(&expose.name, SymbolKind::Endpoint, stmt.span, detail))
                }
                _ => None,
            })
            .collect()
    }
}
