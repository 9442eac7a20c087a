//! Between our data and the protocol's: the only place that knows both.

use crate::workspace::uri_of;
use flow_compiler::db::{Db, SourceFile};
use flow_compiler::diagnostics::Severity;
use flow_compiler::diagnostics::lines::{LineIndex, Position as Place, Unit};
use flow_compiler::diagnostics::report::{Finding, Report, Source};
use flow_compiler::ide::{Action, Completion, CompletionKind, Hint, Symbol, SymbolKind};
use flow_grammar::span::Span;
use std::collections::HashMap;
use tower_lsp::lsp_types::*;

/// A position of the protocol as ours.
pub fn place(position: Position) -> Place {
    Place { line: position.line, column: position.character }
}

/// The range of a span.
pub fn range(text: &str, lines: &LineIndex, span: Span, unit: Unit) -> Range {
    let at = |offset| {
        let Place { line, column } = lines.position(text, offset, unit);
        Position { line, character: column }
    };
    Range { start: at(span.start), end: at(span.end) }
}

/// A change of a text.
pub fn edit(text: &str, lines: &LineIndex, unit: Unit, (span, new_text): (Span, String)) -> TextEdit {
    TextEdit { range: range(text, lines, span, unit), new_text }
}

fn range_in(source: &Source, span: Span, unit: Unit) -> Range {
    range(&source.text, &source.lines, span, unit)
}

/// The findings of a report as diagnostics of one document.
pub fn diagnostics(report: &Report, unit: Unit, uri: &Url) -> Vec<Diagnostic> {
    report.findings.iter().map(|finding| diagnostic(report, finding, unit, uri)).collect()
}

fn diagnostic(report: &Report, finding: &Finding, unit: Unit, uri: &Url) -> Diagnostic {
    let primary = report.primary(finding);
    let mut message = finding.message.clone();
    if let Some(label) = finding.labels.first().filter(|label| !label.text.is_empty()) {
        message.push_str(&format!("\n{}", label.text));
    }
    finding.notes.iter().for_each(|note| message.push_str(&format!("\nnote: {note}")));
    finding.help.iter().for_each(|help| message.push_str(&format!("\nhelp: {help}")));
    let related: Vec<_> = finding
        .labels
        .iter()
        .skip(1)
        .filter_map(|label| {
            let source = report.sources.get(label.source)?;
            let place = if Some(source.path.as_str()) == primary.map(|(source, _)| source.path.as_str()) {
                uri.clone()
            } else {
                uri_of(&source.path)?
            };
            Some(DiagnosticRelatedInformation {
                location: Location { uri: place, range: range_in(source, label.span, unit) },
                message: label.text.clone(),
            })
        })
        .collect();
    let page = format!("{}/blob/main/docs/errors/{}.md", env!("CARGO_PKG_REPOSITORY"), finding.code);
    Diagnostic {
        range: primary.map(|(source, span)| range_in(source, span, unit)).unwrap_or_default(),
        severity: Some(match finding.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
            Severity::Note => DiagnosticSeverity::INFORMATION,
        }),
        code: Some(NumberOrString::String(finding.code.to_string())),
        code_description: Url::parse(&page).ok().map(|href| CodeDescription { href }),
        source: Some("flow".into()),
        message,
        related_information: (!related.is_empty()).then_some(related),
        tags: finding.code.0.starts_with("W01").then(|| vec![DiagnosticTag::UNNECESSARY]),
        data: None,
    }
}

/// A symbol with those inside of it.
pub fn symbol(text: &str, lines: &LineIndex, unit: Unit, symbol: Symbol) -> DocumentSymbol {
    let children: Vec<_> =
        symbol.children.into_iter().map(|child| self::symbol(text, lines, unit, child)).collect();
    #[expect(deprecated, reason = "the field must be written")]
    DocumentSymbol {
        name: symbol.name,
        detail: symbol.detail,
        kind: match symbol.kind {
            SymbolKind::Type => tower_lsp::lsp_types::SymbolKind::STRUCT,
            SymbolKind::Enum => tower_lsp::lsp_types::SymbolKind::ENUM,
            SymbolKind::Variant => tower_lsp::lsp_types::SymbolKind::ENUM_MEMBER,
            SymbolKind::Field => tower_lsp::lsp_types::SymbolKind::FIELD,
            SymbolKind::Function => tower_lsp::lsp_types::SymbolKind::FUNCTION,
            SymbolKind::Flow => tower_lsp::lsp_types::SymbolKind::CLASS,
            SymbolKind::Stage | SymbolKind::Endpoint => tower_lsp::lsp_types::SymbolKind::METHOD,
            SymbolKind::Agent => tower_lsp::lsp_types::SymbolKind::INTERFACE,
            SymbolKind::Command => tower_lsp::lsp_types::SymbolKind::OPERATOR,
            SymbolKind::Human => tower_lsp::lsp_types::SymbolKind::EVENT,
            SymbolKind::Const => tower_lsp::lsp_types::SymbolKind::CONSTANT,
            SymbolKind::Secret => tower_lsp::lsp_types::SymbolKind::KEY,
            SymbolKind::Test => tower_lsp::lsp_types::SymbolKind::BOOLEAN,
        },
        tags: None,
        deprecated: None,
        range: range(text, lines, symbol.span, unit),
        selection_range: range(text, lines, symbol.name_span, unit),
        children: (!children.is_empty()).then_some(children),
    }
}

/// A completion; `order` keeps the editor from sorting by name what we sorted by fitness.
pub fn completion(
    text: &str,
    lines: &LineIndex,
    unit: Unit,
    order: usize,
    item: Completion,
) -> CompletionItem {
    let kind = match item.kind {
        CompletionKind::Keyword => CompletionItemKind::KEYWORD,
        CompletionKind::Local => CompletionItemKind::VARIABLE,
        CompletionKind::Field => CompletionItemKind::FIELD,
        CompletionKind::Method => CompletionItemKind::METHOD,
        CompletionKind::Function => CompletionItemKind::FUNCTION,
        CompletionKind::Agent => CompletionItemKind::INTERFACE,
        CompletionKind::Flow => CompletionItemKind::CLASS,
        CompletionKind::Type => CompletionItemKind::STRUCT,
        CompletionKind::Variant => CompletionItemKind::ENUM_MEMBER,
        CompletionKind::Constant => CompletionItemKind::CONSTANT,
        CompletionKind::Setting => CompletionItemKind::PROPERTY,
        CompletionKind::Word => CompletionItemKind::VALUE,
        CompletionKind::Module => CompletionItemKind::MODULE,
        CompletionKind::Stage => CompletionItemKind::METHOD,
    };
    let replaced = edit(text, lines, unit, (item.replace, item.insert.clone()));
    let more: Vec<TextEdit> =
        item.more.into_iter().map(|(span, new)| edit(text, lines, unit, (span, new))).collect();
    CompletionItem {
        label: item.label.clone(),
        kind: Some(kind),
        detail: item.detail,
        documentation: item.docs.map(markdown),
        sort_text: Some(format!("{order:05}")),
        filter_text: Some(item.label),
        insert_text_format: Some(if item.snippet {
            InsertTextFormat::SNIPPET
        } else {
            InsertTextFormat::PLAIN_TEXT
        }),
        text_edit: Some(CompletionTextEdit::Edit(replaced)),
        additional_text_edits: (!more.is_empty()).then_some(more),
        ..CompletionItem::default()
    }
}

/// What an editor offers for a finding of a document; `None` if it would change what no editor can.
pub fn action(
    db: &dyn Db,
    file: SourceFile,
    uri: &Url,
    unit: Unit,
    known: &[Diagnostic],
    action: Action,
) -> Option<CodeActionOrCommand> {
    let mut changes: HashMap<Url, Vec<TextEdit>> = HashMap::new();
    for (of, span, new_text) in action.edits {
        let target = if of == file { uri.clone() } else { uri_of(of.path(db))? };
        let text = of.text(db);
        let range = range(text, &LineIndex::new(text), span, unit);
        changes.entry(target).or_default().push(TextEdit { range, new_text });
    }
    let text = file.text(db);
    let place = range(text, &LineIndex::new(text), action.span, unit);
    let code = NumberOrString::String(action.code.to_string());
    let mended = known.iter().filter(|it| it.range == place && it.code.as_ref() == Some(&code)).cloned();
    Some(CodeActionOrCommand::CodeAction(CodeAction {
        title: action.title,
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(mended.collect()),
        edit: Some(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }),
        is_preferred: action.certain.then_some(true),
        ..CodeAction::default()
    }))
}

/// A hint between the lines.
pub fn hint(text: &str, lines: &LineIndex, unit: Unit, hint: Hint) -> InlayHint {
    InlayHint {
        position: range(text, lines, Span::new(hint.offset, hint.offset), unit).start,
        label: InlayHintLabel::String(hint.label),
        kind: None,
        text_edits: None,
        tooltip: Some(InlayHintTooltip::MarkupContent(MarkupContent {
            kind: MarkupKind::Markdown,
            value: hint.tooltip,
        })),
        padding_left: Some(true),
        padding_right: None,
        data: None,
    }
}

fn markdown(value: String) -> Documentation {
    Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value })
}
