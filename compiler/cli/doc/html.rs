//! Markdown as a page for a browser: programs in color, graphs drawn, and nothing that the page would have to load.

use super::picture::picture;
use flow_grammar::parse::parse;
use flow_grammar::token::Tok;
use pulldown_cmark::{CodeBlockKind, CowStr, Event, Options, Parser, Tag, TagEnd, html};

/// The page of a text in Markdown.
pub(super) fn page(title: &str, markdown: &str) -> String {
    let mut body = String::new();
    html::push_html(&mut body, events(markdown).into_iter());
    let title = escaped(title);
    let style = include_str!("page.css");
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
        <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
        <style>\n{style}</style>\n</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )
}

/// The events of a text, its blocks of code made, its headings named, and nothing in it that a browser would run.
fn events(markdown: &str) -> Vec<Event<'_>> {
    let mut out: Vec<Event<'_>> = Vec::new();
    let mut code: Option<(CowStr<'_>, String)> = None;
    let mut heading = 0;
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                let language = match kind {
                    CodeBlockKind::Fenced(language) => language,
                    CodeBlockKind::Indented => "".into(),
                };
                code = Some((language, String::new()));
            }
            Event::End(TagEnd::CodeBlock) => {
                let Some((language, text)) = code.take() else { continue };
                let number = out.len();
                out.push(Event::Html(block(&language, &text, number).into()));
            }
            Event::Text(text) if code.is_some() => {
                if let Some((_, block)) = &mut code {
                    block.push_str(&text);
                }
            }
            Event::Start(Tag::Heading { .. }) => {
                heading = out.len();
                out.push(event);
            }
            Event::End(TagEnd::Heading(_)) => {
                let name = slug(&out[heading + 1..]);
                if let Event::Start(Tag::Heading { id, .. }) = &mut out[heading] {
                    *id = Some(name.into());
                }
                out.push(event);
            }
            Event::Html(text) | Event::InlineHtml(text) => out.push(Event::Text(text)),
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                let dest_url = if is_harmless(&dest_url) { dest_url } else { "#".into() };
                out.push(Event::Start(Tag::Link { link_type, dest_url, title, id }));
            }
            other => out.push(other),
        }
    }
    out
}

/// Whether a link leads to a page, not to a program.
fn is_harmless(url: &str) -> bool {
    let scheme = url.split(['/', '#', '?']).next().unwrap_or_default().split_once(':');
    scheme
        .is_none_or(|(scheme, _)| ["http", "https", "mailto"].contains(&scheme.to_ascii_lowercase().as_str()))
}

/// What a heading is called in links: as GitHub does it.
fn slug(events: &[Event<'_>]) -> String {
    let mut text = String::new();
    for event in events {
        if let Event::Text(part) | Event::Code(part) = event {
            text.push_str(part);
        }
    }
    text.to_lowercase()
        .replace(' ', "-")
        .chars()
        .filter(|ch| ch.is_alphanumeric() || "-_".contains(*ch))
        .collect()
}

/// A block of code; no other of its page has that number.
fn block(language: &str, text: &str, number: usize) -> String {
    match language {
        "flow" => format!("<pre><code>{}</code></pre>\n", colored(text)),
        "dot" => drawn(text, number).unwrap_or_else(|| format!("<pre>{}</pre>\n", escaped(text))),
        _ => format!("<pre><code>{}</code></pre>\n", escaped(text)),
    }
}

/// A program in color.
fn colored(text: &str) -> String {
    let mut out = String::new();
    for (kind, span) in parse(text).lexed.iter() {
        let part = escaped(&text[span.range()]);
        match class(kind) {
            Some(class) => out += &format!("<span class=\"{class}\">{part}</span>"),
            None => out += &part,
        }
    }
    out
}

/// How a token is drawn.
fn class(kind: Tok) -> Option<&'static str> {
    match kind {
        kind if kind.is_keyword() => Some("keyword"),
        Tok::Upper => Some("type"),
        Tok::StrStart | Tok::StrEnd | Tok::BlockStart | Tok::Text => Some("string"),
        Tok::Int | Tok::Float | Tok::Duration | Tok::Money => Some("number"),
        Tok::Comment | Tok::Doc => Some("comment"),
        _ => None,
    }
}

/// A graph in DOT as a picture; `None` if it cannot be drawn.
fn drawn(dot: &str, number: usize) -> Option<String> {
    Some(format!("<div class=\"graph\">\n{}\n</div>\n", picture(dot, number)?))
}

pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
