//! Functions whose results are worked out in 76 digits.
//!
//! Arguments are scaled before, so that no series starts near the limits of the wide decimals.

use fastnum::decimal::{Context, Sign};
use fastnum::{D256, U256};

use super::{Number, Parts, Rounding};

type Wide = D256;

// CAUTION: without traps, no operation on wide decimals panics; it yields NaN or infinity.
const CONTEXT: Context = Context::default().without_traps();

const LN_10: &str = "2.302585092994045684017991454684364207601101488628772976033327900967572609677";

fn wide(coefficient: u128, exponent: i32) -> Option<Wide> {
    let digits = U256::from_u128(coefficient).ok()?;
    Some(Wide::from_parts(digits, exponent, Sign::Plus, CONTEXT))
}

fn wide_integer(value: i64) -> Option<Wide> {
    let magnitude = wide(u128::from(value.unsigned_abs()), 0)?;
    Some(if value < 0 { magnitude.neg() } else { magnitude })
}

fn widen(number: Number) -> Option<Wide> {
    let Parts { negative, coefficient, exponent } = number.parts();
    let magnitude = wide(coefficient, exponent)?;
    Some(if negative { magnitude.neg() } else { magnitude })
}

fn constant(text: &str) -> Option<Wide> {
    Wide::from_str(text, CONTEXT).ok()
}

/// Rounds to a number; `power` is added to the exponent.
fn narrow(value: Wide, power: i32) -> Option<Number> {
    if !value.is_finite() {
        return None;
    }
    let negative = value.is_negative();
    let exponent = -i32::from(value.fractional_digits_count());
    let digits = value.digits();
    let count = u32::try_from(value.digits_count()).ok()?;
    let dropped = count.saturating_sub(38);
    let divisor = U256::power_of_ten(dropped);
    let coefficient = digits.checked_div(divisor)?.to_u128().ok()?;
    let more = !digits.checked_rem(divisor)?.is_zero();
    let exponent = exponent.checked_add(i32::try_from(dropped).ok()?)?.checked_add(power)?;
    Number::finish(negative, coefficient, exponent, more)
}

pub(super) fn square_root(number: Number) -> Option<Number> {
    let Parts { negative, coefficient, exponent } = number.parts();
    if negative {
        return None;
    }
    if coefficient == 0 {
        return Some(Number::ZERO);
    }
    // An even exponent, and digits enough that the root of the floating point starts well.
    let room = 36 - super::count_digits(coefficient);
    let up = if (exponent - room as i32) % 2 == 0 { room } else { room + 1 };
    let coefficient = coefficient.checked_mul(super::power_of_ten(up))?;
    let exponent = exponent - up as i32;
    let square = wide(coefficient, 0)?;
    let half = wide(5, -1)?;
    // From 16 digits, every step doubles the correct ones.
    let mut root = wide((coefficient as f64).sqrt() as u128, 0)?;
    for _ in 0..5 {
        root = half.mul(root.add(square.div(root)));
    }
    narrow(root, exponent / 2)
}

pub(super) fn exponential(number: Number) -> Option<Number> {
    if number.is_zero() {
        return Some(Number::ONE);
    }
    if number > Number::from(14_150) {
        return None;
    }
    if number < Number::from(-14_300) {
        return Some(Number::ZERO);
    }
    let (value, power) = wide_exponential(widen(number)?)?;
    narrow(value, power)
}

/// Euler's number to the power of `exponent`, as a factor near one and a power of ten.
fn wide_exponential(exponent: Wide) -> Option<(Wide, i32)> {
    let ten = constant(LN_10)?;
    let power = narrow(exponent.div(ten), 0)?.round(0, Rounding::HalfEven)?.to_i64()?;
    let rest = exponent.sub(wide_integer(power)?.mul(ten));
    // The rest is at most 1.16; the series runs over a 64th of it.
    let argument = rest.mul(wide(15_625, -6)?);
    let mut term = wide(1, 0)?;
    let mut sum = term;
    for n in 1..60 {
        term = term.mul(argument).div(wide_integer(n)?);
        let next = sum.add(term);
        if next == sum {
            break;
        }
        sum = next;
    }
    for _ in 0..6 {
        sum = sum.mul(sum);
    }
    Some((sum, i32::try_from(power).ok()?))
}

pub(super) fn logarithm(number: Number) -> Option<Number> {
    if number == Number::ONE {
        return Some(Number::ZERO);
    }
    narrow(wide_logarithm(number)?, 0)
}

fn wide_logarithm(number: Number) -> Option<Wide> {
    let Parts { negative, coefficient, exponent } = number.stripped();
    if negative || coefficient == 0 {
        return None;
    }
    // The mantissa lies between about 0.3 and 3, with a power of zero for numbers near one.
    let digits = i32::try_from(super::count_digits(coefficient)).ok()?;
    let leading = coefficient as f64 / 10_f64.powi(digits);
    let (shift, leading) =
        if leading < 0.3 { (digits - 1, leading * 10.0) } else { (digits, leading) };
    let mantissa = wide(coefficient, -shift)?;
    let power = exponent + shift;
    // From 15 digits, every step triples the correct ones.
    let guess = leading.ln() * 1e15;
    let mut result = wide_integer(guess as i64)?.mul(wide(1, -15)?);
    for _ in 0..3 {
        let (value, scale) = wide_exponential(result)?;
        let value = value.mul(wide(1, scale)?);
        let correction = mantissa.sub(value).div(mantissa.add(value));
        result = result.add(correction.add(correction));
    }
    Some(result.add(wide_integer(i64::from(power))?.mul(constant(LN_10)?)))
}

pub(super) fn power(base: Number, exponent: Number) -> Option<Number> {
    if base.is_zero() {
        return if exponent.is_zero() {
            Some(Number::ONE)
        } else if exponent.is_negative() {
            None
        } else {
            Some(Number::ZERO)
        };
    }
    if exponent.is_integer() {
        let odd = !exponent.checked_rem(Number::from(2))?.is_zero();
        let magnitude = match exponent.to_i64() {
            Some(n) if n.unsigned_abs() <= 1 << 32 => integer_power(base.abs(), n)?,
            _ => real_power(base.abs(), exponent)?,
        };
        return Some(if odd && base.is_negative() { -magnitude } else { magnitude });
    }
    if base.is_negative() {
        return None;
    }
    if exponent == Number::pack(false, 5, -1) {
        return square_root(base);
    }
    real_power(base, exponent)
}

fn integer_power(base: Number, exponent: i64) -> Option<Number> {
    let Parts { coefficient, exponent: scale, .. } = base.stripped();
    // The base is a mantissa between 1 and 10, times a power of ten that is kept apart.
    let digits = i32::try_from(super::count_digits(coefficient)).ok()?;
    let mantissa = wide(coefficient, 1 - digits)?;
    let tens = i64::from(scale + digits - 1).checked_mul(exponent)?;
    let mut result = wide(1, 0)?;
    let mut square = mantissa;
    let mut rest = exponent.unsigned_abs();
    while rest > 0 {
        if rest % 2 == 1 {
            result = result.mul(square);
        }
        rest /= 2;
        if rest > 0 {
            square = square.mul(square);
        }
    }
    if !result.is_finite() {
        return real_power(base, Number::from(exponent));
    }
    if exponent < 0 {
        result = wide(1, 0)?.div(result);
    }
    match i32::try_from(tens) {
        Ok(tens) if tens.abs() < 100_000 => narrow(result, tens),
        Ok(tens) if tens < 0 => Some(Number::ZERO),
        Err(_) if tens < 0 => Some(Number::ZERO),
        _ => None,
    }
}

fn real_power(base: Number, exponent: Number) -> Option<Number> {
    if base == Number::ONE {
        return Some(Number::ONE);
    }
    let product = widen(exponent)?.mul(wide_logarithm(base)?);
    if !product.is_finite() {
        return None;
    }
    if product > wide_integer(14_150)? {
        return None;
    }
    if product < wide_integer(-14_300)? {
        return Some(Number::ZERO);
    }
    let (value, power) = wide_exponential(product)?;
    narrow(value, power)
}
