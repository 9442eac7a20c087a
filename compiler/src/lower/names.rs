//! What items and instances are called in the document.

use crate::db::{Db, SourceFile};
use crate::diagnostics::ItemKey;
use crate::types::ty::Ty;
use flow_ir::Name;

/// The name of an item: plain in the root file, `path.name` elsewhere, with its type arguments behind it.
pub(super) fn instance(db: &dyn Db, root: SourceFile, key: &ItemKey, args: &[Ty]) -> Name {
    let mut out = String::new();
    if key.file != root {
        let path = key.file.path(db);
        out.push_str(path.strip_suffix(".flow").unwrap_or(path));
        out.push('.');
    }
    out.push_str(&key.name);
    if !args.is_empty() {
        out.push('<');
        for (index, arg) in args.iter().enumerate() {
            if index > 0 {
                out.push_str(", ");
            }
            write_ty(db, root, arg, &mut out);
        }
        out.push('>');
    }
    out.into()
}

fn write_ty(db: &dyn Db, root: SourceFile, ty: &Ty, out: &mut String) {
    match ty {
        Ty::Error | Ty::Infer(_) => out.push('?'),
        Ty::Never => out.push_str("never"),
        Ty::None => out.push_str("none"),
        Ty::Bool => out.push_str("bool"),
        Ty::Int => out.push_str("int"),
        Ty::Float => out.push_str("float"),
        Ty::String => out.push_str("string"),
        Ty::Duration => out.push_str("duration"),
        Ty::Time => out.push_str("time"),
        Ty::Money => out.push_str("money"),
        Ty::Json => out.push_str("json"),
        Ty::Dir => out.push_str("dir"),
        Ty::Secret => out.push_str("secret"),
        Ty::Failure => out.push_str("Failure"),
        Ty::Exec => out.push_str("Exec"),
        Ty::Param(name) => out.push_str(name),
        Ty::File(glob) => file("file", glob.as_deref(), out),
        Ty::Output(glob) => file("output", glob.as_deref(), out),
        Ty::List(of) => {
            out.push('[');
            write_ty(db, root, of, out);
            out.push(']');
        }
        Ty::Map(key, value) => {
            out.push('{');
            write_ty(db, root, key, out);
            out.push_str(": ");
            write_ty(db, root, value, out);
            out.push('}');
        }
        Ty::Option(of) => {
            write_ty(db, root, of, out);
            out.push('?');
        }
        Ty::Named(key, args) => out.push_str(&instance(db, root, key, args)),
        Ty::Record(fields) => {
            out.push('{');
            for (index, (name, ty)) in fields.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                out.push_str(name);
                out.push_str(": ");
                write_ty(db, root, ty, out);
            }
            out.push('}');
        }
        Ty::Process(result, event) => pair("Process", db, root, result, event, out),
        Ty::Event(result, event) => pair("Event", db, root, result, event, out),
        Ty::ProcessOf(key, args) => {
            out.push_str("Process<");
            out.push_str(&instance(db, root, key, args));
            out.push('>');
        }
        Ty::Session(agent) => {
            out.push_str("Session<");
            out.push_str(&instance(db, root, agent, &[]));
            out.push('>');
        }
    }
}

fn file(word: &str, glob: Option<&str>, out: &mut String) {
    out.push_str(word);
    if let Some(glob) = glob {
        out.push_str("(\"");
        out.push_str(glob);
        out.push_str("\")");
    }
}

fn pair(word: &str, db: &dyn Db, root: SourceFile, first: &Ty, second: &Ty, out: &mut String) {
    out.push_str(word);
    out.push('<');
    write_ty(db, root, first, out);
    out.push_str(", ");
    write_ty(db, root, second, out);
    out.push('>');
}
