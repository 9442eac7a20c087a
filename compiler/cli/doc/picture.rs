//! A graph as a picture in SVG: where things stand is what `layout` says, and what an arrow is called stands beside the arrow.

use super::html::escaped;
use layout::backends::svg::SVGWriter;
use layout::core::format::{ClipHandle, RenderBackend};
use layout::core::geometry::Point;
use layout::core::style::StyleAttr;
use layout::gv::{DotParser, GraphBuilder};
use std::fmt::Write as _;

/// The size of the letters of a label, in pixels, and how wide one is at most.
const LETTERS: f64 = 12.0;
const WIDTH: f64 = 0.62;

/// How far a label stands from its arrow.
const GAP: f64 = 6.0;

/// In how many pieces a curve is looked at.
const PIECES: u32 = 24;

/// A graph in DOT as a picture; `None` if it cannot be drawn. Of the pictures of a page each has its own number.
pub(super) fn picture(dot: &str, number: usize) -> Option<String> {
    Some(Picture::of(dot, number)?.svg())
}

/// What is drawn, as it is drawn.
#[derive(Default)]
struct Picture {
    number: usize,
    shapes: String,
    arrows: String,
    labels: String,
    /// Whether the text that comes next stands in a shape.
    in_shape: bool,
    /// What arrows are called, each where the layout has room for it.
    names: Vec<(Point, String)>,
    /// The ways of the arrows, and where they bend.
    ways: Vec<Way>,
    low: (f64, f64),
    high: (f64, f64),
}

/// The way of an arrow.
struct Way {
    points: Vec<(f64, f64)>,
    bends: Vec<(f64, f64)>,
}

/// How far two places are from one another; what stands at one height belongs together.
fn away((x, y): (f64, f64), room: Point) -> f64 {
    (y - room.y).abs() * 8.0 + (x - room.x).abs()
}

impl Picture {
    fn of(dot: &str, number: usize) -> Option<Self> {
        let graph = DotParser::new(dot).process().ok()?;
        let mut builder = GraphBuilder::new();
        builder.visit_graph(&graph);
        let mut picture = Self { number, ..Self::default() };
        builder.get().do_it(false, false, false, &mut picture);
        picture.call_arrows();
        Some(picture)
    }

    /// Writes what arrows are called beside them: on the side and at the height where the layout has left room. An arrow bends
    /// where there is room for its name.
    fn call_arrows(&mut self) {
        for (room, text) in std::mem::take(&mut self.names) {
            let far = |way: &Way| way.bends.iter().map(|at| away(*at, room)).fold(f64::MAX, f64::min);
            let way = self.ways.iter().min_by(|a, b| far(a).total_cmp(&far(b)));
            let at = way.and_then(|way| {
                way.points.iter().copied().min_by(|a, b| away(*a, room).total_cmp(&away(*b, room)))
            });
            if let Some((x, y)) = at {
                let (x, anchor) = if room.x < x { (x - GAP, "end") } else { (x + GAP, "start") };
                self.text(x, y, anchor, LETTERS, &text);
            }
        }
    }

    fn svg(&self) -> String {
        const MARGIN: f64 = 8.0;
        let (x, y) = (self.low.0 - MARGIN, self.low.1 - MARGIN);
        let (width, height) = (self.high.0 + MARGIN - x, self.high.1 + MARGIN - y);
        let Self { number, shapes, arrows, labels, .. } = self;
        format!(
            "<svg width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"{x:.1} {y:.1} {width:.1} {height:.1}\" \
             xmlns=\"http://www.w3.org/2000/svg\">\n\
             <defs><marker id=\"graph{number}-end\" markerWidth=\"10\" markerHeight=\"7\" refX=\"10\" refY=\"3.5\" \
             orient=\"auto-start-reverse\"><polygon points=\"0 0, 10 3.5, 0 7\"/></marker></defs>\n\
             <g fill=\"none\" stroke=\"black\">\n{shapes}{arrows}</g>\n\
             <g text-anchor=\"middle\" dominant-baseline=\"central\">\n{labels}</g>\n</svg>"
        )
    }

    fn grow(&mut self, x: f64, y: f64) {
        self.low = (self.low.0.min(x), self.low.1.min(y));
        self.high = (self.high.0.max(x), self.high.1.max(y));
    }

    /// Writes a text that begins there, ends there, or has its middle there.
    fn text(&mut self, x: f64, y: f64, anchor: &str, size: f64, text: &str) {
        let width = text.chars().count() as f64 * size * WIDTH;
        let left = match anchor {
            "start" => x,
            "end" => x - width,
            _ => x - width / 2.0,
        };
        self.grow(left, y - size);
        self.grow(left + width, y + size);
        let text = escaped(text);
        let _ = writeln!(
            self.labels,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" font-size=\"{size}\" paint-order=\"stroke\" \
             stroke=\"white\" stroke-width=\"3\">{text}</text>"
        );
    }
}

/// The points of a path: cubic curves, the second handle of each mirrored as the first of the next.
fn points(path: &[(Point, Point)]) -> Vec<(f64, f64)> {
    let [(begin, leave), (enter, end), rest @ ..] = path else { return Vec::new() };
    let mut curves = vec![[*begin, *leave, *enter, *end]];
    for (enter, end) in rest {
        if let Some([.., before, at]) = curves.last().copied() {
            let leave = Point::new(2.0 * at.x - before.x, 2.0 * at.y - before.y);
            curves.push([at, leave, *enter, *end]);
        }
    }
    let on = |[a, b, c, d]: [Point; 4], part: f64| {
        let rest = 1.0 - part;
        let (u, v, w, z) =
            (rest * rest * rest, 3.0 * rest * rest * part, 3.0 * rest * part * part, part * part * part);
        (u * a.x + v * b.x + w * c.x + z * d.x, u * a.y + v * b.y + w * c.y + z * d.y)
    };
    let pieces = |curve| (0..=PIECES).map(move |piece| on(curve, f64::from(piece) / f64::from(PIECES)));
    curves.into_iter().flat_map(pieces).collect()
}

impl RenderBackend for Picture {
    fn draw_rect(
        &mut self,
        at: Point,
        size: Point,
        look: &StyleAttr,
        _: Option<String>,
        _: Option<ClipHandle>,
    ) {
        self.in_shape = true;
        self.grow(at.x, at.y);
        self.grow(at.x + size.x, at.y + size.y);
        let _ = writeln!(
            self.shapes,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"{}\"/>",
            at.x, at.y, size.x, size.y, look.rounded
        );
    }

    fn draw_line(&mut self, from: Point, to: Point, _: &StyleAttr, _: Option<String>) {
        let _ = writeln!(
            self.shapes,
            "<line x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\"/>",
            from.x, from.y, to.x, to.y
        );
    }

    fn draw_circle(&mut self, at: Point, size: Point, _: &StyleAttr, _: Option<String>) {
        self.in_shape = true;
        let (x, y) = (size.x / 2.0, size.y / 2.0);
        self.grow(at.x - x, at.y - y);
        self.grow(at.x + x, at.y + y);
        let _ = writeln!(
            self.shapes,
            "<ellipse cx=\"{:.1}\" cy=\"{:.1}\" rx=\"{x:.1}\" ry=\"{y:.1}\"/>",
            at.x, at.y
        );
    }

    fn draw_text(&mut self, at: Point, text: &str, look: &StyleAttr) {
        if std::mem::take(&mut self.in_shape) {
            self.text(at.x, at.y, "middle", look.font_size as f64, text);
        } else {
            self.names.push((at, text.to_owned()));
        }
    }

    fn draw_arrow(
        &mut self,
        path: &[(Point, Point)],
        dashed: bool,
        head: (bool, bool),
        _: &StyleAttr,
        _: Option<String>,
        _: &str,
    ) {
        let points = points(path);
        points.iter().for_each(|(x, y)| self.grow(*x, *y));
        let mut way = String::new();
        for (index, (a, b)) in path.iter().enumerate() {
            let _ = match index {
                0 => write!(way, "M {:.1} {:.1} C {:.1} {:.1},", a.x, a.y, b.x, b.y),
                1 => write!(way, " {:.1} {:.1}, {:.1} {:.1}", a.x, a.y, b.x, b.y),
                _ => write!(way, " S {:.1} {:.1}, {:.1} {:.1}", a.x, a.y, b.x, b.y),
            };
        }
        let number = self.number;
        let dashes = if dashed { " stroke-dasharray=\"5,5\"" } else { "" };
        let mark = |end: &str, is_there: bool| match is_there {
            true => format!(" marker-{end}=\"url(#graph{number}-end)\""),
            false => String::new(),
        };
        let (start, end) = (mark("start", head.0), mark("end", head.1));
        let _ = writeln!(self.arrows, "<path d=\"{way}\"{dashes}{start}{end}/>");
        let bends = path.iter().skip(1).rev().skip(1).map(|(_, at)| (at.x, at.y)).collect();
        self.ways.push(Way { points, bends });
    }

    fn create_clip(&mut self, at: Point, size: Point, rounded: usize) -> ClipHandle {
        SVGWriter::new().create_clip(at, size, rounded)
    }
}
