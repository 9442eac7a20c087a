//! Calls and what else stands behind a value: `a.b(c)[d].e(f) with { … } catch g { … }`.

use super::doc::Flat;
use super::expressions::{Sign, is_block_like, is_open};
use super::writer::{Style, Writer};
use crate::token::Tok;
use crate::tree::{Arg, Block, Expr, ExprKind, Name, Setting};

/// What stands behind a value.
#[derive(Clone, Copy)]
enum Link<'e> {
    Args(&'e [Arg]),
    Field,
    Select(&'e [Name]),
    Index(&'e Expr),
    With(&'e [Setting]),
    Catch(&'e Block),
}

/// So many calls of methods in a row each have a line when they do not fit on one.
const LONG: usize = 2;

impl Writer<'_, '_> {
    /// A value with what stands behind it.
    pub(super) fn chain(&mut self, expr: &Expr, indent: u8) {
        let (base, links) = links(expr);
        let calls = calls(&links);
        if calls < LONG {
            self.expr(base);
            links.iter().for_each(|link| self.link(*link));
            return;
        }
        self.comments();
        self.group(|w| {
            w.expr(base);
            w.indented(indent, |w| {
                for (index, link) in links.iter().enumerate() {
                    let own = begins_call(&links, index);
                    if own || matches!(link, Link::Catch(_)) {
                        w.line(if own { Flat::Nothing } else { Flat::Space }, false);
                        w.comments();
                    }
                    if index + 1 == links.len() && matches!(link, Link::With(_) | Link::Catch(_)) {
                        w.doc.hug();
                        w.group(|w| w.link(*link));
                    } else {
                        w.link(*link);
                    }
                }
            });
        });
    }

    /// Whether an expression is a row of calls that may need a line for each.
    pub(super) fn is_long_chain(&self, expr: &Expr) -> bool {
        calls(&links(expr).1) >= LONG
    }

    fn link(&mut self, link: Link<'_>) {
        match link {
            Link::Args(args) => self.args(args),
            Link::Field => {
                self.token();
                self.token();
            }
            Link::Select(names) => {
                self.token();
                self.list(Style::TIGHT, names, |w, _| w.token());
            }
            Link::Index(index) => {
                self.token();
                self.expr(index);
                self.token();
            }
            Link::With(settings) => {
                self.spaced_token();
                self.space();
                self.list(Style::ENTRIES, settings, Self::setting);
            }
            Link::Catch(handler) => {
                self.space();
                self.token();
                self.spaced_token();
                self.space();
                self.block(handler);
            }
        }
    }

    /// `(a, label: b)`
    pub(super) fn args(&mut self, args: &[Arg]) {
        let style = match args {
            [Arg { label: None, value }] if is_short(value) && !self.cursor.comment_before(Tok::RParen) => {
                self.token();
                self.expr(value);
                if self.at(Tok::Comma) {
                    self.cursor.next();
                }
                return self.token();
            }
            [only] if is_open(&only.value) => Style::HUGGING,
            [.., Arg { label: None, value }] if is_block_like(value) => Style::HUGGING,
            _ => Style::TIGHT,
        };
        self.list(style, args, |w, arg| {
            if arg.label.is_some() {
                w.token();
                w.token();
                w.value(&arg.value, Sign::Colon);
            } else {
                w.expr(&arg.value);
            }
        });
    }
}

/// The value at the bottom, and what stands behind it in the order of the source.
fn links(mut expr: &Expr) -> (&Expr, Vec<Link<'_>>) {
    let mut links = Vec::new();
    loop {
        let (link, base) = match &expr.kind {
            ExprKind::Call { callee, args, .. } => (Link::Args(args), callee),
            ExprKind::Field { base, .. } => (Link::Field, base),
            ExprKind::Select { base, names } => (Link::Select(names), base),
            ExprKind::Index { base, index } => (Link::Index(index), base),
            ExprKind::With { base, settings } => (Link::With(settings), base),
            ExprKind::Catch { body, handler, .. } => (Link::Catch(handler), body),
            _ => break,
        };
        links.push(link);
        expr = base;
    }
    links.reverse();
    (expr, links)
}

/// Whether a call of a method begins there.
fn begins_call(links: &[Link<'_>], index: usize) -> bool {
    matches!(links[index..], [Link::Field, Link::Args(_), ..])
}

fn calls(links: &[Link<'_>]) -> usize {
    (0..links.len()).filter(|index| begins_call(links, *index)).count()
}

/// Whether nothing is won by a line of its own.
pub(super) fn is_short(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Str(template) => !template.block,
        ExprKind::Lower(_)
        | ExprKind::Upper(_)
        | ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::Bool(_)
        | ExprKind::None
        | ExprKind::Duration(_)
        | ExprKind::Money(_) => true,
        _ => false,
    }
}
