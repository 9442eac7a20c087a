//! Blocks and statements.

use super::{MAX_DEPTH, Maker};

impl Maker<'_> {
    pub(super) fn block(&mut self, depth: usize) {
        let count = self.choices.pick(if depth == 0 { 6 } else { 3 });
        self.push("{");
        if count == 1 && self.choices.chance(2) {
            self.push(" ");
            self.stmt(depth + 1);
            return self.push(" }");
        }
        self.indent += 2;
        for _ in 0..count {
            self.newlines();
            self.stmt(depth + 1);
        }
        self.indent -= 2;
        if count > 0 {
            self.newlines();
        }
        self.push("}");
    }

    pub(super) fn stmt(&mut self, depth: usize) {
        match self.choices.pick(16) {
            0 | 1 => self.expr(depth),
            2 | 3 => {
                self.push("let ");
                self.pattern(depth + 1);
                self.annotation();
                self.push(" = ");
                self.expr(depth);
            }
            4 => {
                self.push("var ");
                self.name();
                self.annotation();
                self.push(" = ");
                self.expr(depth);
            }
            5 => {
                self.name();
                let rest = self.choices.one(&[" = ", " += ", "[0] = ", ".field = "]);
                self.push(rest);
                self.expr(depth);
            }
            6 => {
                self.push("require ");
                self.condition(depth);
                self.push(", ");
                self.string(depth);
            }
            7 => {
                let word = self.choices.one(&["emit ", "expect ", "stub critic = "]);
                self.push(word);
                self.expr(depth);
            }
            8 if depth < MAX_DEPTH => {
                self.push("defer ");
                self.block(depth + 1);
            }
            9 if depth < MAX_DEPTH => {
                self.docs();
                self.push("stage ");
                self.name();
                self.push("(");
                self.commas(0, 2, Self::param);
                self.push(")");
                if self.choices.chance(2) {
                    self.push(" max ");
                    self.arithmetic(depth + 1);
                }
                self.push(" ");
                self.block(depth);
            }
            10 if depth < MAX_DEPTH => {
                self.docs();
                self.push("expose ");
                self.name();
                self.push("(");
                self.commas(0, 2, Self::param);
                self.push(")");
                if self.choices.chance(2) {
                    self.push(" -> ");
                    self.ty(1);
                }
                self.push(" ");
                self.block(depth);
            }
            11 => self.leaving(depth),
            _ => self.expr(depth),
        }
    }
}
