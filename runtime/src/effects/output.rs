//! From what a program wrote to the result that is declared.

use std::rc::Rc;

use flow_ir::{Type, TypeBody};

use crate::boundary::mismatch::excerpt;
use crate::boundary::spelled;
use crate::boundary::workspace::Handover;
use crate::boundary::{Decoder, Extra};
use crate::engine::Output;
use crate::interp::pure::Pure;
use crate::mask::Mask;
use crate::value::failure::kind;
use crate::value::{Exec, Failure, Value};

/// What a program left behind.
pub(super) struct Left<'a> {
    /// The name of the command, for messages.
    pub(super) what: &'a str,
    pub(super) exit: i64,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: Vec<u8>,
    /// For what it left in a file; its output is masked already.
    pub(super) mask: &'a Mask,
}

impl Left<'_> {
    fn violated(&self, why: impl std::fmt::Display) -> Failure {
        Failure::new(kind::CONTRACT, format!("`{}` did not give what it declares: {why}", self.what))
    }

    /// The result.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn result(
        self,
        output: &Output,
        ty: &Type,
        pure: &Pure,
        files: &Handover<'_>,
    ) -> Result<Value, Failure> {
        let decoder = Decoder { pure, files, extra: Extra::Ignore };
        match output {
            Output::None => Ok(Value::None),
            Output::Exec => {
                let text = |bytes: &[u8]| Rc::from(String::from_utf8_lossy(bytes));
                let (stdout, stderr) = (text(&self.stdout), text(&self.stderr));
                Ok(Value::Exec(Rc::new(Exec { exit: self.exit, stdout, stderr })))
            }
            Output::Text => {
                let text = self.text()?;
                let text =
                    text.strip_suffix('\n').map_or(text, |text| text.strip_suffix('\r').unwrap_or(text));
                spelled::read(&decoder, text, ty).map_err(|error| self.violated(error))
            }
            Output::Lines => {
                let item = element(pure, ty);
                let mut values = Vec::new();
                for (index, line) in self.text()?.lines().enumerate() {
                    let value = spelled::read(&decoder, line, &item);
                    values.push(value.map_err(|error| self.violated(error.in_element(index)))?);
                }
                let list = Value::list(values);
                crate::boundary::check::check(pure, list, ty).map_err(|error| self.violated(error))
            }
            Output::Json => {
                let json = serde_json::from_slice(&self.stdout).map_err(|error| {
                    self.violated(format!("its output is no JSON: {error}: {}", self.beginning()))
                })?;
                decoder.decode(&json, ty).map_err(|error| self.violated(error))
            }
            Output::File(path) => {
                let read = files.workspace.read(path, super::files::LONGEST_FILE);
                let text = read.map_err(|error| self.violated(format!("its result file: {error}")))?;
                if let (Some(before), Ok(file)) = (files.before, files.workspace.file(path))
                    && !before.is_new(files.workspace, &file)
                {
                    return Err(self.violated(format!("it did not write its result file `{path}`")));
                }
                let json = serde_json::from_str(&self.mask.text(&text)).map_err(|error| {
                    self.violated(format!("its result file `{path}` is no JSON: {error}"))
                })?;
                decoder.decode(&json, ty).map_err(|error| self.violated(error))
            }
        }
    }

    fn text(&self) -> Result<&str, Failure> {
        std::str::from_utf8(&self.stdout).map_err(|error| {
            self.violated(format!(
                "its output is not UTF-8 text: byte {} is part of no character",
                error.valid_up_to()
            ))
        })
    }

    fn beginning(&self) -> String {
        let text = String::from_utf8_lossy(&self.stdout);
        excerpt(&serde_json::Value::from(text.trim()))
    }
}

/// What an alias stands for.
fn resolved(pure: &Pure, ty: &Type) -> Type {
    let mut ty = ty.clone();
    // An alias of itself is refused by the verifier; a bound costs nothing.
    for _ in 0..100 {
        ty = match &ty {
            Type::Named(name) => match pure.program().types.get(name).map(|def| &def.body) {
                Some(TypeBody::Alias(inner)) => inner.clone(),
                _ => return ty,
            },
            Type::Option(inner) => (**inner).clone(),
            _ => return ty,
        };
    }
    ty
}

/// The type of each line.
fn element(pure: &Pure, ty: &Type) -> Type {
    match resolved(pure, ty) {
        Type::List(item) => *item,
        _ => Type::String,
    }
}
