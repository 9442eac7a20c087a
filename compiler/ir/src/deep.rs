//! Room on the stack for recursion over deep trees, and the depth of a document before anything recurses into it.

/// How deep arrays and objects may lie in one another in a document. An expression takes three to five levels, so this
/// is some eight hundred expressions inside one another: twice what the language's own parser lets through.
pub const MAX_DEPTH: usize = 4096;

/// The stack of [`on_deep_stack`], in bytes: enough for [`MAX_DEPTH`] in an unoptimised build, four times over. Only what
/// is used of it takes up memory.
const STACK: usize = 256 << 20;

/// Runs `work` on a thread of its own with a stack that is deep enough to recurse over any tree that a document can
/// hold, and waits for it.
///
/// # Errors
/// When the system has no room for another thread.
pub fn on_deep_stack<T: Send>(work: impl FnOnce() -> T + Send) -> std::io::Result<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("flow-deep".to_owned()).stack_size(STACK);
        match thread.spawn_scoped(scope, work)?.join() {
            Ok(value) => Ok(value),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// How deep arrays and objects lie in one another in JSON text, without recursion and for any bytes.
pub(crate) fn depth_of(text: &str) -> usize {
    let (mut depth, mut deepest, mut in_string, mut escaped) = (0_usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// Writes compact JSON and stops with an error above [`MAX_DEPTH`], so that no recursion goes deeper.
#[derive(Default)]
pub(crate) struct Limited {
    depth: usize,
}

impl Limited {
    fn deeper(&mut self) -> std::io::Result<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err(std::io::ErrorKind::InvalidData.into()) } else { Ok(()) }
    }
}

impl serde_json::ser::Formatter for Limited {
    fn begin_array<W: ?Sized + std::io::Write>(&mut self, writer: &mut W) -> std::io::Result<()> {
        self.deeper()?;
        writer.write_all(b"[")
    }

    fn end_array<W: ?Sized + std::io::Write>(&mut self, writer: &mut W) -> std::io::Result<()> {
        self.depth -= 1;
        writer.write_all(b"]")
    }

    fn begin_object<W: ?Sized + std::io::Write>(&mut self, writer: &mut W) -> std::io::Result<()> {
        self.deeper()?;
        writer.write_all(b"{")
    }

    fn end_object<W: ?Sized + std::io::Write>(&mut self, writer: &mut W) -> std::io::Result<()> {
        self.depth -= 1;
        writer.write_all(b"}")
    }
}

#[cfg(test)]
mod tests {
    use super::depth_of;

    #[test]
    fn brackets_in_strings_do_not_count_as_depth() {
        assert_eq!(depth_of(r#"{"a": ["[[[\"[", []]}"#), 3);
        assert_eq!(depth_of("]]]]["), 1);
        assert_eq!(depth_of(""), 0);
    }
}
