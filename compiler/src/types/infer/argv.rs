//! What a command runs: its program and arguments.

use super::Infer;
use super::messages::setting as say;
use crate::types::decl::TypeShape;
use crate::types::ty::Ty;
use flow_grammar::tree::{BinaryOp, Expr, ExprKind, TemplatePart};

use super::item::list_of;
use super::want::Want;

impl Infer<'_> {
    /// `run: ["git", "log"] + files`, or a string for the shell.
    pub(super) fn run(&mut self, value: &Expr) {
        match &value.kind {
            ExprKind::Str(template) => {
                for part in &template.parts {
                    if let TemplatePart::Hole(hole) = part {
                        self.words(hole, "a word of a shell command");
                    }
                }
                self.record(value.id, &Ty::String);
            }
            ExprKind::List(_) | ExprKind::Binary { op: BinaryOp::Add, .. } | ExprKind::Paren(_) => {
                self.arguments_list(value)
            }
            _ => {
                let ty = self.expr(value, Want::Any);
                let is_list = matches!(self.head(&ty), Ty::List(_) | Ty::Error | Ty::Never);
                if !is_list || !self.is_words(&ty) {
                    let found = say::no_program(self.at(value.span), &self.vars.deep(&ty));
                    self.report(found);
                }
            }
        }
    }

    /// Lists of arguments may hold different things side by side, as no other list may.
    fn arguments_list(&mut self, value: &Expr) {
        match &value.kind {
            ExprKind::List(elements) => {
                for element in elements {
                    self.words(element, "an argument of a program");
                }
            }
            ExprKind::Binary { op: BinaryOp::Add, left, right, .. } => {
                self.arguments_list(left);
                self.arguments_list(right);
            }
            ExprKind::Paren(inner) => self.arguments_list(inner),
            _ => {
                let ty = self.expr(value, Want::Any);
                if !matches!(self.head(&ty), Ty::List(_) | Ty::Error | Ty::Never) {
                    let found = say::no_list_to_add(self.at(value.span), &self.vars.deep(&ty));
                    self.report(found);
                } else if !self.is_words(&ty) {
                    let found =
                        say::no_words(self.at(value.span), "an argument of a program", &self.vars.deep(&ty));
                    self.report(found);
                }
                return;
            }
        }
        self.record(value.id, &list_of(Ty::String));
    }

    fn words(&mut self, value: &Expr, what: &'static str) {
        let ty = self.expr(value, Want::Any);
        if !self.is_words(&ty) {
            let found = say::no_words(self.at(value.span), what, &self.vars.deep(&ty));
            self.report(found);
        }
    }

    /// Whether a value becomes words: a word, or a list of such, flattened.
    fn is_words(&self, ty: &Ty) -> bool {
        match self.head(ty) {
            Ty::List(element) => self.is_words(&element),
            head => self.is_word_of_program(&head),
        }
    }

    /// Whether a value is one word of a command line or environment.
    pub(super) fn is_word_of_program(&self, ty: &Ty) -> bool {
        match self.head(ty) {
            Ty::String | Ty::Int | Ty::Float | Ty::File(_) | Ty::Output(_) | Ty::Dir => true,
            Ty::Duration | Ty::Money | Ty::Error | Ty::Never | Ty::Infer(_) => true,
            head @ Ty::Named(..) => {
                self.shape(&head).is_some_and(|shape| matches!(*shape, TypeShape::Enum(_)))
            }
            _ => false,
        }
    }
}
