//! Rule documents of this bench as DMN XML, as far as they use it.

use std::fmt::Write;

use dmn::model::{Logic, Model};

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The namespace of the models.
pub const NAMESPACE: &str = "https://example.org/bench";

/// Writes a model whose elements are decisions with tables or literal expressions.
pub fn write(model: &Model, name: &str) -> String {
    let mut xml = String::new();
    let base = |kind: &str| -> String {
        model
            .types()
            .find(|item| item.name.text == kind)
            .map_or(kind, |item| &item.base.text)
            .to_owned()
    };
    let _ = write!(
        xml,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" namespace=\"{NAMESPACE}\" name=\"{name}\" id=\"_definitions\">"
    );
    for input in model.inputs() {
        let (name, kind) = (&input.name.text, base(&input.kind.text));
        let _ = write!(
            xml,
            "<inputData name=\"{name}\" id=\"_{name}\"><variable typeRef=\"{kind}\" name=\"{name}\"/></inputData>"
        );
    }
    let names: Vec<&str> = model.elements().map(|(_, element)| &*element.name.text).collect();
    for (_, element) in model.elements() {
        let (name, kind) = (&element.name.text, base(&element.result.text));
        let mut texts = Vec::new();
        let mut body = String::new();
        match element.logic.as_ref() {
            Some(Logic::Literal(text)) => {
                texts.push(text.text.clone());
                let _ = write!(
                    body,
                    "<literalExpression><text>{}</text></literalExpression>",
                    escape(&text.text)
                );
            }
            Some(Logic::Table(table)) => {
                let policy = format!("{:?}", table.hit_policy).to_uppercase();
                let _ = write!(body, "<decisionTable hitPolicy=\"{policy}\">");
                for input in &table.inputs {
                    texts.push(input.expression.text.clone());
                    let _ = write!(
                        body,
                        "<input><inputExpression><text>{}</text></inputExpression></input>",
                        escape(&input.expression.text)
                    );
                }
                for _ in &table.outputs {
                    let _ = write!(body, "<output typeRef=\"{kind}\"/>");
                }
                for rule in &table.rules {
                    body.push_str("<rule>");
                    for cell in &rule.inputs {
                        let _ = write!(
                            body,
                            "<inputEntry><text>{}</text></inputEntry>",
                            escape(&cell.text)
                        );
                    }
                    for cell in &rule.outputs {
                        texts.push(cell.text.clone());
                        let _ = write!(
                            body,
                            "<outputEntry><text>{}</text></outputEntry>",
                            escape(&cell.text)
                        );
                    }
                    body.push_str("</rule>");
                }
                body.push_str("</decisionTable>");
            }
            other => panic!("{name} is no table and no literal expression: {other:?}"),
        }
        let _ = write!(
            xml,
            "<decision name=\"{name}\" id=\"_{name}\"><variable typeRef=\"{kind}\" name=\"{name}\"/>"
        );
        let words: Vec<&str> = texts
            .iter()
            .flat_map(|text| text.split(|c: char| !c.is_alphanumeric() && c != '_'))
            .collect();
        for input in model.inputs().filter(|input| words.contains(&&*input.name.text)) {
            let _ = write!(
                xml,
                "<informationRequirement><requiredInput href=\"#_{}\"/></informationRequirement>",
                input.name.text
            );
        }
        for other in names.iter().filter(|other| *other != name && words.contains(other)) {
            let _ = write!(
                xml,
                "<informationRequirement><requiredDecision href=\"#_{other}\"/></informationRequirement>"
            );
        }
        let _ = write!(xml, "{body}</decision>");
    }
    xml.push_str("</definitions>\n");
    xml
}
