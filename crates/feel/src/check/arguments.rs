//! Arguments of built-in functions.

use crate::builtins::{Builtin, Parameter, Signature};
use crate::fault::{Fault, FaultCode};
use crate::span::Span;
use crate::syntax;
use crate::typed::{Expr, Kind};
use crate::types::Type;
use crate::value::Value;

/// Whether a signature takes arguments of these types.
pub(super) fn admits(signature: &Signature, types: &[Type]) -> bool {
    let parameters = signature.parameters;
    let required = parameters.iter().filter(|parameter| !parameter.optional).count();
    if types.len() < required || (types.len() > parameters.len() && !signature.variadic) {
        return false;
    }
    types.iter().enumerate().all(|(i, kind)| {
        let parameter = parameters.get(i).or(parameters.last());
        parameter.is_some_and(|parameter| parameter.kind.admits(kind))
    })
}

/// What is wrong with arguments that no signature takes.
pub(super) fn fault(builtin: &Builtin, types: &[Type], span: Span) -> Fault {
    let given: Vec<String> = types.iter().map(Type::to_string).collect();
    let wanted: Vec<String> =
        builtin.signatures.iter().map(|s| format!("`{}{s}`", builtin.name)).collect();
    let message = format!("`{}` cannot take ({})", builtin.name, given.join(", "));
    Fault::new(FaultCode::Type, message, span).with_help(format!("it is {}", wanted.join(" or ")))
}

/// What is wrong with arguments of a function that takes any value, but gives null for those that
/// are not what it works with: numbers, or truth values.
pub(super) fn stranger(builtin: &Builtin, arguments: &[Expr]) -> Option<Fault> {
    match builtin.name {
        "sum" | "mean" | "median" | "stddev" | "product" => no_numbers(builtin, arguments),
        "not" => no_truth_value(builtin, arguments),
        _ => None,
    }
}

fn no_truth_value(builtin: &Builtin, arguments: &[Expr]) -> Option<Fault> {
    let argument = arguments.first().filter(|a| !a.ty.overlaps(&Type::Boolean))?;
    let kind = &argument.ty;
    let message = format!("`{}` negates true and false, but this is {kind}", builtin.name);
    let help = "negate a comparison, as in `not(x = y)`";
    Some(Fault::new(FaultCode::Type, message, argument.span).with_help(help))
}

fn no_numbers(builtin: &Builtin, arguments: &[Expr]) -> Option<Fault> {
    let stranger = |kind: &Type| !kind.overlaps(&Type::Number);
    let (argument, kind) =
        arguments.iter().find_map(|argument| match (&argument.ty, arguments) {
            (Type::List(element), [_]) if stranger(element) => {
                Some((argument, (**element).clone()))
            }
            (Type::List(_), [_]) => None,
            (kind, _) if stranger(kind) => Some((argument, kind.clone())),
            _ => None,
        })?;
    let message = format!("`{}` reckons with numbers, but this is {kind}", builtin.name);
    Some(Fault::new(FaultCode::Type, message, argument.span))
}

/// Puts named arguments in the order of the signature that has all their names.
pub(super) fn order(
    builtin: &'static Builtin,
    named: Vec<(&syntax::Name, Expr)>,
    span: Span,
) -> Result<Vec<Expr>, Fault> {
    let fits = |signature: &&Signature| {
        named.iter().all(|(name, _)| signature.parameters.iter().any(|p| p.name == &*name.text))
            && signature
                .parameters
                .iter()
                .all(|p| p.optional || named.iter().any(|(name, _)| p.name == &*name.text))
    };
    let forms: Vec<&'static Signature> = builtin.signatures.iter().filter(fits).collect();
    if forms.is_empty() {
        let known = builtin.signatures.iter().flat_map(|s| s.parameters).map(|p| p.name);
        let stranger = named.iter().find(|(name, _)| !known.clone().any(|k| k == &*name.text));
        let fault = match stranger {
            Some((name, _)) => {
                let message = format!("`{}` has no parameter `{}`", builtin.name, name.text);
                Fault::new(FaultCode::Type, message, name.span)
            }
            None => Fault::new(
                FaultCode::Type,
                format!("`{}` has no form with these parameters", builtin.name),
                span,
            ),
        };
        let forms: Vec<String> =
            builtin.signatures.iter().map(|s| format!("`{}{s}`", builtin.name)).collect();
        return Err(fault.with_help(format!("it is {}", forms.join(" or "))));
    }
    let ordered: Vec<(&Signature, Vec<Expr>)> =
        forms.iter().map(|form| (*form, by_position(form, &named, span))).collect();
    let fitting = ordered.iter().position(|(form, arguments)| misfit(form, arguments).is_none());
    let Some((signature, arguments)) = ordered.into_iter().nth(fitting.unwrap_or(0)) else {
        return Ok(Vec::new());
    };
    match misfit(signature, &arguments) {
        None => Ok(arguments),
        Some((parameter, argument)) => {
            let message = format!("the argument `{}` cannot be {}", parameter.name, argument.ty);
            Err(Fault::new(FaultCode::Type, message, argument.span))
        }
    }
}

/// The first constant that is no value for its parameter.
fn misfit<'a>(
    signature: &'a Signature,
    arguments: &'a [Expr],
) -> Option<(&'a Parameter, &'a Expr)> {
    signature.parameters.iter().zip(arguments).find(|(parameter, argument)| {
        argument
            .constant_value()
            .is_some_and(|value| !value.is_null() && parameter.kind.convert(value).is_none())
    })
}

/// Named arguments in the order of a signature.
fn by_position(signature: &Signature, named: &[(&syntax::Name, Expr)], span: Span) -> Vec<Expr> {
    let absent = || Expr { kind: Kind::Constant(Value::NULL), ty: Type::Null, span };
    let mut ordered: Vec<Expr> = Vec::with_capacity(signature.parameters.len());
    let mut given = 0;
    for parameter in signature.parameters {
        let argument = named.iter().find(|(name, _)| parameter.name == &*name.text);
        ordered.push(match argument {
            Some((_, argument)) => {
                given += 1;
                argument.clone()
            }
            None => absent(),
        });
        if given == named.len() {
            break;
        }
    }
    ordered
}
