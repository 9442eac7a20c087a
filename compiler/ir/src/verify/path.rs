//! The way from the root of a document to a place in it, kept on the stack and spelled out only for an error.

/// A place in a document, with the source position that stands nearest above it.
#[derive(Clone, Copy)]
pub(super) struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    segment: Segment<'a>,
    at: Option<u32>,
}

#[derive(Clone, Copy)]
enum Segment<'a> {
    Root,
    Key(&'a str),
    Index(usize),
}

impl<'a> Path<'a> {
    /// The document.
    pub(super) fn root() -> Self {
        Self { parent: None, segment: Segment::Root, at: None }
    }

    /// A member of the object here.
    pub(super) fn key<'b>(&'b self, name: &'b str) -> Path<'b>
    where
        'a: 'b,
    {
        Path { parent: Some(self), segment: Segment::Key(name), at: self.at }
    }

    /// An element of the array here.
    pub(super) fn index<'b>(&'b self, index: usize) -> Path<'b>
    where
        'a: 'b,
    {
        Path { parent: Some(self), segment: Segment::Index(index), at: self.at }
    }

    /// The same place, which comes from this place of the source.
    pub(super) fn standing(self, at: u32) -> Self {
        Self { at: Some(at), ..self }
    }

    /// Where the place comes from, as an index into the source map.
    pub(super) fn at(&self) -> Option<u32> {
        self.at
    }
}

/// A JSON Pointer (RFC 6901): `/flows/ship/body`.
impl std::fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let way: Vec<Segment<'_>> =
            std::iter::successors(Some(self), |path| path.parent).map(|path| path.segment).collect();
        way.iter().rev().try_for_each(|segment| match segment {
            Segment::Root => Ok(()),
            Segment::Key(name) => write!(f, "/{}", name.replace('~', "~0").replace('/', "~1")),
            Segment::Index(index) => write!(f, "/{index}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Path;

    #[test]
    fn a_place_is_a_json_pointer() {
        let root = Path::root();
        let fns = root.key("fns");
        let item = fns.key("shared/checks.a~b");
        assert_eq!(item.index(3).to_string(), "/fns/shared~1checks.a~0b/3");
        assert_eq!(root.to_string(), "");
    }
}
