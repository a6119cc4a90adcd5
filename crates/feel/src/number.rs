//! Decimal numbers: 34 significant digits, rounding to even, as IEEE 754 decimal128.
//!
//! A [`Number`] is sixteen bytes: a coefficient below 10^34, an exponent and a sign.
//! There is neither infinity nor NaN: an operation without a result returns `None`.
//! Addition, subtraction, multiplication, division and square root are rounded once, from the
//! exact result; exponential, logarithm and powers are worked out in 76 digits by
//! `transcendental` and then rounded.

mod transcendental;

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Neg;

/// Significant digits of a number.
const DIGITS: u32 = 34;
/// The least coefficient that has too many digits.
const LIMIT: u128 = 10_u128.pow(DIGITS);
/// The least exponent of a number's last digit.
const LEAST_EXPONENT: i32 = -6176;
/// The greatest exponent of a number's last digit.
const GREATEST_EXPONENT: i32 = 6111;

/// The most digits after the point that are written without an exponent.
const LONGEST_FRACTION: i32 = 40;

const SIGN: u64 = 1 << 63;
const EXPONENT_SHIFT: u32 = 49;
const COEFFICIENT_MASK: u64 = (1 << EXPONENT_SHIFT) - 1;

static POWERS: [u128; 39] = {
    let mut table = [1; 39];
    let mut rest: &mut [u128] = &mut table;
    let mut power = 1_u128;
    while let Some((first, tail)) = rest.split_first_mut() {
        *first = power;
        power = power.wrapping_mul(10);
        rest = tail;
    }
    table
};

/// Ten to the power `n`, for `n` up to 38.
fn power_of_ten(n: u32) -> u128 {
    POWERS.get(n as usize).copied().unwrap_or(u128::MAX)
}

/// The number of decimal digits; none for zero.
fn count_digits(coefficient: u128) -> u32 {
    match u64::try_from(coefficient) {
        Ok(small) => small.checked_ilog10().map_or(0, |log| log + 1),
        Err(_) => coefficient.checked_ilog10().map_or(0, |log| log + 1),
    }
}

/// How to drop digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// To the nearest; halves to the even neighbour.
    HalfEven,
    /// To the nearest; halves away from zero.
    HalfUp,
    /// To the nearest; halves towards zero.
    HalfDown,
    /// Away from zero.
    Up,
    /// Towards zero.
    Down,
    /// Towards negative infinity.
    Floor,
    /// Towards positive infinity.
    Ceiling,
}

/// A decimal number.
///
/// ```
/// use feel::Number;
/// let price = Number::parse("19.90").unwrap();
/// let total = price.checked_mul(Number::from(3)).unwrap();
/// assert_eq!(total.to_string(), "59.7");
/// ```
#[derive(Clone, Copy)]
pub struct Number {
    // INVARIANT: the coefficient is below `LIMIT`, the exponent is between `LEAST_EXPONENT` and
    // `GREATEST_EXPONENT`, and zero is all zeros but for the biased exponent of 0.
    low: u64,
    /// From the top: one bit of sign, fourteen of exponent, forty-nine of coefficient.
    high: u64,
}

/// A number's parts.
#[derive(Clone, Copy)]
struct Parts {
    negative: bool,
    coefficient: u128,
    exponent: i32,
}

impl Number {
    /// The number 0.
    pub const ZERO: Number = Number::pack(false, 0, 0);
    /// The number 1.
    pub const ONE: Number = Number::pack(false, 1, 0);

    // CAUTION: the caller sees to the invariant.
    const fn pack(negative: bool, coefficient: u128, exponent: i32) -> Number {
        let biased = (exponent - LEAST_EXPONENT) as u64;
        let sign = if negative { SIGN } else { 0 };
        Number {
            low: coefficient as u64,
            high: sign | biased << EXPONENT_SHIFT | (coefficient >> 64) as u64,
        }
    }

    fn exponent(self) -> i32 {
        ((self.high & !SIGN) >> EXPONENT_SHIFT) as i32 + LEAST_EXPONENT
    }

    fn coefficient(self) -> u128 {
        u128::from(self.high & COEFFICIENT_MASK) << 64 | u128::from(self.low)
    }

    fn parts(self) -> Parts {
        Parts {
            negative: self.is_negative(),
            coefficient: self.coefficient(),
            exponent: self.exponent(),
        }
    }

    /// Rounds once to what can be represented. With `more`, the true value is a little further
    /// from zero than the coefficient says, which then must have more than 34 digits.
    fn finish(negative: bool, coefficient: u128, exponent: i32, more: bool) -> Option<Number> {
        let fits = coefficient < LIMIT
            && !more
            && (LEAST_EXPONENT..=GREATEST_EXPONENT).contains(&exponent);
        if fits {
            return Some(match coefficient {
                0 => Number::ZERO,
                _ => Number::pack(negative, coefficient, exponent),
            });
        }
        if coefficient == 0 {
            return Some(Number::ZERO);
        }
        let digits = count_digits(coefficient);
        let excess = digits.saturating_sub(DIGITS);
        let below = u32::try_from(LEAST_EXPONENT.saturating_sub(exponent)).unwrap_or(0);
        let dropped = excess.max(below);
        let mut coefficient = drop_digits(negative, coefficient, dropped, more, Rounding::HalfEven);
        let mut exponent = exponent.saturating_add(i32::try_from(dropped).ok()?);
        if coefficient == 0 {
            return Some(Number::ZERO);
        }
        if coefficient == LIMIT {
            coefficient /= 10;
            exponent = exponent.saturating_add(1);
        }
        if exponent > GREATEST_EXPONENT {
            let padding = u32::try_from(exponent - GREATEST_EXPONENT).ok()?;
            if padding > DIGITS {
                return None;
            }
            coefficient = coefficient.checked_mul(power_of_ten(padding))?;
            exponent = GREATEST_EXPONENT;
        }
        (coefficient < LIMIT).then(|| Number::pack(negative, coefficient, exponent))
    }

    /// The integer, rounded to 34 digits.
    pub fn from_i128(value: i128) -> Number {
        Number::finish(value < 0, value.unsigned_abs(), 0, false).unwrap_or(Number::ZERO)
    }

    /// `coefficient` × 10^-`scale`, rounded to 34 digits; `None` outside the range of numbers.
    pub fn from_scaled(coefficient: i128, scale: i32) -> Option<Number> {
        let exponent = scale.checked_neg()?;
        Number::finish(coefficient < 0, coefficient.unsigned_abs(), exponent, false)
    }

    /// The integer that is 10^`scale` times this number, if it is exact and fits.
    pub fn to_scaled(self, scale: i32) -> Option<i128> {
        let Parts { negative, coefficient, exponent } = self.parts();
        if coefficient == 0 {
            return Some(0);
        }
        let shift = exponent.checked_add(scale)?;
        let magnitude = match u32::try_from(shift) {
            Ok(up) if up <= 38 => coefficient.checked_mul(power_of_ten(up))?,
            Ok(_) => return None,
            Err(_) => {
                let down = shift.unsigned_abs();
                if down > DIGITS {
                    return None;
                }
                let divisor = power_of_ten(down);
                if coefficient % divisor != 0 {
                    return None;
                }
                coefficient / divisor
            }
        };
        let magnitude = i128::try_from(magnitude).ok()?;
        Some(if negative { -magnitude } else { magnitude })
    }

    /// The integer, if this is one and it fits.
    pub fn to_i64(self) -> Option<i64> {
        i64::try_from(self.to_scaled(0)?).ok()
    }

    /// Whether there is no fraction.
    pub fn is_integer(self) -> bool {
        let Parts { coefficient, exponent, .. } = self.parts();
        if exponent >= 0 || coefficient == 0 {
            return true;
        }
        let down = exponent.unsigned_abs();
        down <= DIGITS && coefficient % power_of_ten(down) == 0
    }

    /// Whether the number is zero.
    pub fn is_zero(self) -> bool {
        self.low == 0 && self.high & COEFFICIENT_MASK == 0
    }

    /// Whether the number is below zero.
    pub fn is_negative(self) -> bool {
        self.high & SIGN != 0
    }

    /// The number of digits after the decimal point that the number needs.
    pub fn scale(self) -> u32 {
        let exponent = self.stripped().exponent;
        if exponent < 0 { exponent.unsigned_abs() } else { 0 }
    }

    /// The number without its sign.
    pub fn abs(self) -> Number {
        Number { high: self.high & !SIGN, ..self }
    }

    /// Reads a numeral: digits with an optional minus, fraction and exponent, as `-12.50` or
    /// `1.2e-3`. Digits beyond 34 are rounded; what is out of range is refused.
    pub fn parse(text: &str) -> Option<Number> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
            None => (text, 0),
        };
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((_, "")) => return None,
            Some(parts) => parts,
            None if mantissa.is_empty() => return None,
            None => (mantissa, ""),
        };
        let mut coefficient = 0_u128;
        let mut more = false;
        // Digits that did not fit raise the exponent, digits of the fraction that did lower it.
        let mut shift = 0_i64;
        for (text, lowers) in [(whole, 0), (fraction, 1)] {
            for byte in text.bytes() {
                let digit = byte.is_ascii_digit().then(|| byte - b'0')?;
                if coefficient < LIMIT * 100 {
                    coefficient = coefficient * 10 + u128::from(digit);
                    shift -= lowers;
                } else {
                    more |= digit != 0;
                    shift += 1 - lowers;
                }
            }
        }
        if coefficient == 0 {
            return Some(Number::ZERO);
        }
        let exponent = i32::try_from(shift.checked_add(exponent)?).ok()?;
        let number = Number::finish(negative, coefficient, exponent, more)?;
        (!number.is_zero()).then_some(number)
    }

    /// The sum.
    #[inline]
    pub fn checked_add(self, other: Number) -> Option<Number> {
        let differ = self.high ^ other.high;
        if differ & !SIGN == 0 && self.high & COEFFICIENT_MASK == 0 {
            // The same exponent, and both coefficients within 64 bits.
            if differ == 0 {
                let (low, carry) = self.low.overflowing_add(other.low);
                return Some(Number { low, high: self.high + u64::from(carry) });
            }
            return Some(match self.low.cmp(&other.low) {
                Ordering::Greater => Number { low: self.low - other.low, high: self.high },
                Ordering::Less => Number { low: other.low - self.low, high: other.high },
                Ordering::Equal => Number::ZERO,
            });
        }
        self.add_any(other)
    }

    fn add_any(self, other: Number) -> Option<Number> {
        let distance = self.exponent().abs_diff(other.exponent());
        if (self.high | other.high) & COEFFICIENT_MASK == 0 && distance <= 18 {
            // 64 bits of coefficient and 10^18 leave four bits for the sum.
            let signed = |number: Number, up: u32| {
                let magnitude = i128::from(number.low) * power_of_ten(up) as i128;
                if number.is_negative() { -magnitude } else { magnitude }
            };
            let exponent = self.exponent().min(other.exponent());
            let sum = if exponent == other.exponent() {
                signed(self, distance) + signed(other, 0)
            } else {
                signed(self, 0) + signed(other, distance)
            };
            return Number::finish(sum < 0, sum.unsigned_abs(), exponent, false);
        }
        if self.is_zero() {
            return Some(other);
        }
        if other.is_zero() {
            return Some(self);
        }
        let (a, b) = (self.parts(), other.parts());
        let (upper, lower) = if a.exponent >= b.exponent { (a, b) } else { (b, a) };
        let room = 38 - count_digits(upper.coefficient);
        let up = distance.min(room);
        let exponent = upper.exponent - i32::try_from(up).ok()?;
        let raised = upper.coefficient.checked_mul(power_of_ten(up))?;
        // Where the upper operand cannot be raised far enough, the lower one is cut.
        let down = distance - up;
        let (lowered, more) = match POWERS.get(down as usize) {
            Some(&divisor) => (lower.coefficient / divisor, lower.coefficient % divisor != 0),
            None => (0, true),
        };
        if upper.negative == lower.negative {
            return Number::finish(upper.negative, raised.checked_add(lowered)?, exponent, more);
        }
        if raised >= lowered {
            // With a cut, a little more was to be taken away.
            let difference = (raised - lowered).checked_sub(u128::from(more))?;
            Number::finish(upper.negative, difference, exponent, more)
        } else {
            Number::finish(lower.negative, lowered - raised, exponent, false)
        }
    }

    /// The difference.
    #[inline]
    pub fn checked_sub(self, other: Number) -> Option<Number> {
        self.checked_add(-other)
    }

    /// The product.
    #[inline]
    pub fn checked_mul(self, other: Number) -> Option<Number> {
        let negative = self.is_negative() != other.is_negative();
        let exponent = self.exponent() + other.exponent();
        if (self.high | other.high) & COEFFICIENT_MASK == 0 {
            let product = u128::from(self.low) * u128::from(other.low);
            return Number::finish(negative, product, exponent, false);
        }
        let (high, low) = wide_product(self.coefficient(), other.coefficient());
        if high == 0 {
            return Number::finish(negative, low, exponent, false);
        }
        let up = (38 - count_digits(high)).min(DIGITS);
        let down = DIGITS - up;
        let divisor = power_of_ten(down);
        let coefficient = high * power_of_ten(up) + low / divisor;
        let exponent = exponent + i32::try_from(down).ok()?;
        Number::finish(negative, coefficient, exponent, low % divisor != 0)
    }

    /// The quotient; `None` also for division by zero.
    pub fn checked_div(self, other: Number) -> Option<Number> {
        let (a, b) = (self.parts(), other.parts());
        if b.coefficient == 0 {
            return None;
        }
        if a.coefficient == 0 {
            return Some(Number::ZERO);
        }
        let ideal = a.exponent - b.exponent;
        let step = 38 - count_digits(b.coefficient);
        let mut quotient = a.coefficient / b.coefficient;
        let mut rest = a.coefficient % b.coefficient;
        let mut exponent = ideal;
        while rest != 0 {
            let digits = count_digits(quotient);
            if digits > DIGITS {
                break;
            }
            let up = step.min(38 - digits);
            let raised = rest.checked_mul(power_of_ten(up))?;
            quotient = quotient.checked_mul(power_of_ten(up))? + raised / b.coefficient;
            rest = raised % b.coefficient;
            exponent -= i32::try_from(up).ok()?;
        }
        if rest == 0 {
            (quotient, exponent) = strip_zeros(quotient, exponent, ideal);
        }
        Number::finish(a.negative != b.negative, quotient, exponent, rest != 0)
    }

    /// The rest of the division that truncates, exactly; it has the sign of `self`.
    pub fn checked_rem(self, other: Number) -> Option<Number> {
        let (a, b) = (self.parts(), other.parts());
        if b.coefficient == 0 {
            return None;
        }
        if a.exponent < b.exponent {
            let up = b.exponent.abs_diff(a.exponent);
            if up > 38 - count_digits(b.coefficient) {
                // The divisor is greater than every coefficient at this exponent.
                return Some(self);
            }
            let divisor = b.coefficient.checked_mul(power_of_ten(up))?;
            return Number::finish(a.negative, a.coefficient % divisor, a.exponent, false);
        }
        let mut up = a.exponent.abs_diff(b.exponent);
        let step = 38 - count_digits(b.coefficient);
        let mut rest = a.coefficient % b.coefficient;
        while up > 0 && rest != 0 {
            let now = up.min(step);
            rest = rest.checked_mul(power_of_ten(now))? % b.coefficient;
            up -= now;
        }
        Number::finish(a.negative, rest, b.exponent, false)
    }

    /// FEEL's modulo: the rest of the division that rounds down, with the sign of the divisor.
    pub fn checked_modulo(self, divisor: Number) -> Option<Number> {
        let rest = self.checked_rem(divisor)?;
        if rest.is_zero() || rest.is_negative() == divisor.is_negative() {
            Some(rest)
        } else {
            rest.checked_add(divisor)
        }
    }

    /// The number to the power of another; `None` where it is no real number or out of range.
    ///
    /// `0 ** 0` is 1.
    pub fn checked_pow(self, exponent: Number) -> Option<Number> {
        match exponent.to_i64() {
            Some(0) => Some(Number::ONE),
            Some(1) => Some(self),
            Some(2) => self.checked_mul(self),
            _ => transcendental::power(self, exponent),
        }
    }

    /// The square root; `None` below zero.
    pub fn sqrt(self) -> Option<Number> {
        transcendental::square_root(self)
    }

    /// Euler's number to this power; `None` out of range.
    pub fn exp(self) -> Option<Number> {
        transcendental::exponential(self)
    }

    /// The natural logarithm; `None` for zero and below.
    pub fn ln(self) -> Option<Number> {
        transcendental::logarithm(self)
    }

    /// Rounds to `scale` digits after the decimal point; negative scales round before it.
    /// `None` unless the scale is between -6111 and 6176.
    pub fn round(self, scale: i32, rounding: Rounding) -> Option<Number> {
        if !(-GREATEST_EXPONENT..=-LEAST_EXPONENT).contains(&scale) {
            return None;
        }
        let Parts { negative, coefficient, exponent } = self.parts();
        let dropped = match u32::try_from(-scale - exponent) {
            Ok(dropped) if dropped > 0 && coefficient > 0 => dropped,
            _ => return Some(self),
        };
        let coefficient = drop_digits(negative, coefficient, dropped, false, rounding);
        Number::finish(negative, coefficient, -scale, false)
    }

    /// The greatest integer that is not above.
    pub fn floor(self) -> Number {
        self.round(0, Rounding::Floor).unwrap_or(self)
    }

    /// The least integer that is not below.
    pub fn ceiling(self) -> Number {
        self.round(0, Rounding::Ceiling).unwrap_or(self)
    }

    /// The integer without the fraction.
    pub fn truncate(self) -> Number {
        self.round(0, Rounding::Down).unwrap_or(self)
    }

    /// The parts without trailing zeros.
    fn stripped(self) -> Parts {
        let parts = self.parts();
        let (coefficient, exponent) = strip_zeros(parts.coefficient, parts.exponent, i32::MAX);
        Parts { coefficient, exponent, ..parts }
    }

    fn cmp_any(self, other: Number) -> Ordering {
        // Zero has no sign, so that signs alone decide where they differ.
        match (self.is_negative(), other.is_negative()) {
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => self.cmp_magnitude(other),
            (true, true) => other.cmp_magnitude(self),
        }
    }

    fn cmp_magnitude(self, other: Number) -> Ordering {
        let (left, right) = (self.exponent(), other.exponent());
        let distance = left.abs_diff(right);
        if (self.high | other.high) & COEFFICIENT_MASK == 0 && distance <= 19 {
            // 64 bits of coefficient and 10^19 make no more than 128 bits.
            let power = power_of_ten(distance);
            return if left >= right {
                (u128::from(self.low) * power).cmp(&u128::from(other.low))
            } else {
                u128::from(self.low).cmp(&(u128::from(other.low) * power))
            };
        }
        if self.is_zero() || other.is_zero() {
            return other.is_zero().cmp(&self.is_zero());
        }
        let (a, b) = (self.coefficient(), other.coefficient());
        let top = |coefficient, exponent| exponent + count_digits(coefficient) as i32;
        top(a, left).cmp(&top(b, right)).then_with(|| {
            // Of equal magnitude: raised to the same exponent, both have at most 34 digits.
            if left >= right {
                (a * power_of_ten(distance)).cmp(&b)
            } else {
                a.cmp(&(b * power_of_ten(distance)))
            }
        })
    }
}

/// Drops the last `dropped` digits. With `more`, the true value is a little further from zero.
fn drop_digits(
    negative: bool,
    coefficient: u128,
    dropped: u32,
    more: bool,
    rounding: Rounding,
) -> u128 {
    let (quotient, rest, half) = match POWERS.get(dropped as usize) {
        Some(&divisor) => match (u64::try_from(coefficient), u64::try_from(divisor)) {
            (Ok(small), Ok(divisor)) => {
                (u128::from(small / divisor), u128::from(small % divisor), u128::from(divisor / 2))
            }
            _ => (coefficient / divisor, coefficient % divisor, divisor / 2),
        },
        // 128 bits are below the half of 10^39.
        None => (0, coefficient, u128::MAX),
    };
    let exact = rest == 0 && !more;
    let against_half = match rest.cmp(&half) {
        _ if dropped == 0 => Ordering::Less,
        Ordering::Equal if more => Ordering::Greater,
        ordering => ordering,
    };
    let away = match rounding {
        Rounding::HalfEven => {
            against_half.is_gt() || against_half.is_eq() && !quotient.is_multiple_of(2)
        }
        Rounding::HalfUp => against_half.is_ge(),
        Rounding::HalfDown => against_half.is_gt(),
        Rounding::Up => !exact,
        Rounding::Down => false,
        Rounding::Floor => negative && !exact,
        Rounding::Ceiling => !negative && !exact,
    };
    quotient + u128::from(away)
}

/// Drops trailing zeros, as long as the exponent stays at or below `greatest`.
fn strip_zeros(mut coefficient: u128, mut exponent: i32, greatest: i32) -> (u128, i32) {
    if coefficient == 0 {
        return (0, 0);
    }
    for step in [16, 8, 4, 2, 1] {
        let power = power_of_ten(step);
        while exponent.saturating_add(step as i32) <= greatest {
            let (quotient, rest) = match u64::try_from(coefficient) {
                Ok(small) if step <= 16 => {
                    let power = power as u64;
                    (u128::from(small / power), u128::from(small % power))
                }
                _ => (coefficient / power, coefficient % power),
            };
            if rest != 0 {
                break;
            }
            coefficient = quotient;
            exponent += step as i32;
        }
    }
    (coefficient, exponent)
}

/// The product of two coefficients, as multiples of 10^34 and the rest.
fn wide_product(a: u128, b: u128) -> (u128, u128) {
    const HALF: u128 = 10_u128.pow(DIGITS / 2);
    let (a_high, a_low) = (a / HALF, a % HALF);
    let (b_high, b_low) = (b / HALF, b % HALF);
    let middle = a_high * b_low + a_low * b_high;
    let low = a_low * b_low + middle % HALF * HALF;
    (a_high * b_high + middle / HALF + low / LIMIT, low % LIMIT)
}

fn parse_exponent(text: &str) -> Option<i64> {
    let (negative, digits) = match text.as_bytes() {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    if digits.is_empty() {
        return None;
    }
    let mut exponent = 0_i64;
    for &byte in digits {
        let digit = byte.is_ascii_digit().then(|| byte - b'0')?;
        exponent = exponent.saturating_mul(10).saturating_add(i64::from(digit));
    }
    Some(if negative { -exponent } else { exponent })
}

impl Neg for Number {
    type Output = Number;

    fn neg(self) -> Number {
        if self.is_zero() { self } else { Number { high: self.high ^ SIGN, ..self } }
    }
}

impl Ord for Number {
    #[inline]
    fn cmp(&self, other: &Number) -> Ordering {
        if self.high == other.high {
            let ordering = self.low.cmp(&other.low);
            return if self.is_negative() { ordering.reverse() } else { ordering };
        }
        self.cmp_any(*other)
    }
}

impl PartialOrd for Number {
    #[inline]
    fn partial_cmp(&self, other: &Number) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Number {
    #[inline]
    fn eq(&self, other: &Number) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Number {}

impl Hash for Number {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Parts { negative, coefficient, exponent } = self.stripped();
        (negative, coefficient, exponent).hash(state);
    }
}

impl Default for Number {
    fn default() -> Number {
        Number::ZERO
    }
}

macro_rules! from_integer {
    ($($integer:ty),*) => {$(
        impl From<$integer> for Number {
            fn from(value: $integer) -> Number {
                let value = i128::from(value);
                Number::pack(value < 0, value.unsigned_abs(), 0)
            }
        }
    )*};
}
from_integer!(i8, i16, i32, i64, u8, u16, u32, u64);

/// The canonical FEEL numeral: no trailing zeros, and an exponent only for integers of more than
/// 34 digits and fractions of more than 40.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Parts { negative, coefficient, exponent } = self.stripped();
        let digits = coefficient.to_string();
        let length = i32::try_from(digits.len()).unwrap_or(0);
        let mut text = String::with_capacity(digits.len() + 8);
        if exponent >= 0 && length + exponent <= DIGITS as i32 {
            text.push_str(&digits);
            text.extend((0..exponent).map(|_| '0'));
        } else if exponent < 0 && -exponent <= LONGEST_FRACTION {
            let point = length + exponent;
            if point <= 0 {
                text.push_str("0.");
                text.extend((point..0).map(|_| '0'));
                text.push_str(&digits);
            } else {
                let (whole, fraction) = digits.split_at_checked(point as usize).unwrap_or_default();
                text.push_str(whole);
                text.push('.');
                text.push_str(fraction);
            }
        } else {
            let (first, rest) = digits.split_at_checked(1).unwrap_or_default();
            text.push_str(first);
            if !rest.is_empty() {
                text.push('.');
                text.push_str(rest);
            }
            text.push('e');
            text.push_str(&(exponent + length - 1).to_string());
        }
        f.pad_integral(!negative, "", &text)
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl std::str::FromStr for Number {
    type Err = ParseNumberError;

    fn from_str(text: &str) -> Result<Number, ParseNumberError> {
        Number::parse(text).ok_or(ParseNumberError(()))
    }
}

/// A text is not a numeral, or its number is out of range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected a number, as `12` or `-0.5`")]
pub struct ParseNumberError(());

#[cfg(test)]
mod tests {
    use std::hash::DefaultHasher;

    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn number(text: &str) -> Number {
        Number::parse(text).unwrap_or_else(|| panic!("`{text}` is no number"))
    }

    #[track_caller]
    fn check(actual: Option<Number>, expected: &str) {
        let actual = actual.map_or_else(|| "none".to_owned(), |number| number.to_string());
        assert_eq!(actual, expected);
    }

    #[test]
    fn a_number_is_small() {
        assert_eq!(size_of::<Number>(), 16);
    }

    #[test]
    fn reads_numerals() {
        check(Number::parse("007.50"), "7.5");
        check(Number::parse(".5"), "0.5");
        check(Number::parse("-0"), "0");
        check(Number::parse("0e999999999999999999999"), "0");
        check(Number::parse("1.23e4"), "12300");
        check(Number::parse("1.23E-4"), "0.000123");
        check(Number::parse("1e40"), "1e40");
        check(Number::parse("123e-50"), "1.23e-48");
        check(Number::parse("9.999999999999999999999999999999999e6144"), {
            "9.999999999999999999999999999999999e6144"
        });
        // Digits beyond 34 are rounded, to even where they are a half.
        check(Number::parse("12345678901234567890123456789012345"), {
            "1.234567890123456789012345678901234e34"
        });
        check(Number::parse("12345678901234567890123456789012335"), {
            "1.234567890123456789012345678901234e34"
        });
        check(Number::parse("123456789012345678901234567890123450000000001"), {
            "1.234567890123456789012345678901235e44"
        });
        check(Number::parse(&"9".repeat(35)), "1e35");
        check(Number::parse(&format!("0.{}1", "0".repeat(6000))), "1e-6001");
    }

    #[test]
    fn refuses_what_is_no_numeral() {
        let wrong = ["", "-", ".", "1.", "+1", "1e", "e1", "1_000", "1 ", "０", "0x10", "1.2.3"];
        for text in wrong.iter().chain(&["1e6145", "1e-6177", "1e99999999999", "NaN", "--1"]) {
            check(Number::parse(text), "none");
        }
    }

    #[test]
    fn writes_plain_numerals() {
        check(Some(Number::from(i64::MIN)), "-9223372036854775808");
        check(Number::from(1).checked_div(Number::from(3)), {
            "0.3333333333333333333333333333333333"
        });
        check(Number::from(1).checked_div(Number::from(30)), {
            "0.03333333333333333333333333333333333"
        });
        check(Number::from(10).checked_pow(Number::from(33)), {
            "1000000000000000000000000000000000"
        });
        check(Number::from(10).checked_pow(Number::from(34)), "1e34");
        assert_eq!(format!("[{:>8}]", number("-1.5")), "[    -1.5]");
    }

    #[test]
    fn arithmetic_rounds_once() {
        let (big, half) = (number("1e33"), number("0.5"));
        check(big.checked_add(half), "1000000000000000000000000000000000");
        check(number("1000000000000000000000000000000001").checked_add(half), {
            "1000000000000000000000000000000002"
        });
        check(number("1e6144").checked_add(number("1e-6176")), "1e6144");
        check(number("1e34").checked_sub(number("1e-40")), "1e34");
        check(number("1e34").checked_sub(number("6")), "9999999999999999999999999999999994");
        check(number("9e6144").checked_mul(Number::from(2)), "none");
        check(number("1e-6176").checked_mul(half), "0");
        check(Number::from(1).checked_div(Number::ZERO), "none");
        check(Number::from(10).checked_div(Number::from(4)), "2.5");
        check(number("7e-6176").checked_div(Number::from(2)), "4e-6176");
        check(Number::from(-7).checked_rem(Number::from(3)), "-1");
        check(number("1e6000").checked_rem(Number::from(7)), "1");
        check(Number::from(-12).checked_modulo(Number::from(5)), "3");
    }

    #[test]
    fn powers_and_roots() {
        check(Number::from(2).checked_pow(Number::from(100)), {
            "1267650600228229401496703205376"
        });
        check(Number::from(2).checked_pow(Number::from(-2)), "0.25");
        check(Number::from(-2).checked_pow(Number::from(3)), "-8");
        check(Number::from(-8).checked_pow(number("0.5")), "none");
        check(Number::ZERO.checked_pow(Number::ZERO), "1");
        check(Number::ZERO.checked_pow(Number::from(-1)), "none");
        check(number("0.1").checked_pow(number("1e30")), "0");
        check(Number::from(2).checked_pow(number("0.5")), "1.414213562373095048801688724209698");
        check(Number::from(2).sqrt(), "1.414213562373095048801688724209698");
        check(number("1e-6176").sqrt(), "1e-3088");
        check(Number::from(-1).sqrt(), "none");
        check(Number::ONE.exp(), "2.718281828459045235360287471352662");
        check(Number::from(14_200).exp(), "none");
        check(Number::from(-15_000).exp(), "0");
        check(Number::from(10).ln(), "2.302585092994045684017991454684364");
        check(Number::ZERO.ln(), "none");
    }

    #[test]
    fn rounds_to_a_scale() {
        let modes = [
            (Rounding::HalfEven, ["2", "-2", "4", "1"]),
            (Rounding::HalfUp, ["3", "-3", "4", "1"]),
            (Rounding::HalfDown, ["2", "-2", "3", "1"]),
            (Rounding::Up, ["3", "-3", "4", "2"]),
            (Rounding::Down, ["2", "-2", "3", "1"]),
            (Rounding::Floor, ["2", "-3", "3", "1"]),
            (Rounding::Ceiling, ["3", "-2", "4", "2"]),
        ];
        for (mode, expected) in modes {
            for (text, expected) in ["2.5", "-2.5", "3.5", "1.2"].iter().zip(expected) {
                check(number(text).round(0, mode), expected);
            }
        }
        check(number("1250").round(-2, Rounding::HalfEven), "1200");
        check(number("1").round(-6111, Rounding::Up), "1e6111");
        check(number("1e-6176").round(0, Rounding::Up), "1");
        check(number("5.5").round(6176, Rounding::Up), "5.5");
        check(number("5.5").round(6177, Rounding::Up), "none");
        check(number("5.5").round(-6112, Rounding::Up), "none");
    }

    #[test]
    fn integers_and_scales() {
        assert_eq!(number("12.00").to_i64(), Some(12));
        assert_eq!(number("12.5").to_i64(), None);
        assert_eq!(number("1e19").to_i64(), None);
        assert_eq!(number("-1.25").to_scaled(2), Some(-125));
        assert_eq!(number("1.255").to_scaled(2), None);
        assert_eq!(Number::from_scaled(-125, 2), Some(number("-1.25")));
        assert!(number("1e3").is_integer() && !number("1e-3").is_integer());
        assert_eq!(number("1.500").scale(), 1);
    }

    fn any_number() -> impl Strategy<Value = Number> {
        let exponent = prop_oneof![6 => -40..40_i32, 1 => -6000..6000_i32, 3 => Just(0)];
        let digits = prop_oneof![any::<i64>().prop_map(i128::from), any::<i128>(), -99..99_i128];
        (digits, exponent).prop_map(|(digits, exponent)| {
            Number::from_scaled(digits, exponent).unwrap_or_default()
        })
    }

    fn hash(number: Number) -> u64 {
        let mut hasher = DefaultHasher::new();
        number.hash(&mut hasher);
        hasher.finish()
    }

    proptest! {
        #[test]
        fn reads_what_it_writes(a in any_number()) {
            prop_assert_eq!(Number::parse(&a.to_string()), Some(a));
        }

        #[test]
        fn is_a_ring_on_integers(a in any::<i32>(), b in any::<i32>(), c in any::<i32>()) {
            let exact = |value: i128| Some(Number::from_i128(value));
            let (x, y, z) = (Number::from(a), Number::from(b), Number::from(c));
            let (a, b, c) = (i128::from(a), i128::from(b), i128::from(c));
            prop_assert_eq!(x.checked_add(y), exact(a + b));
            prop_assert_eq!(x.checked_sub(y), exact(a - b));
            prop_assert_eq!(x.checked_mul(y).and_then(|p| p.checked_mul(z)), exact(a * b * c));
            prop_assert_eq!(x.cmp(&y), a.cmp(&b));
            if b != 0 {
                prop_assert_eq!(x.checked_rem(y), exact(a % b));
            }
        }

        #[test]
        fn sums_and_products_commute(a in any_number(), b in any_number()) {
            prop_assert_eq!(a.checked_add(b), b.checked_add(a));
            prop_assert_eq!(a.checked_mul(b), b.checked_mul(a));
            prop_assert_eq!(a.checked_sub(b), b.checked_sub(a).map(|d| -d));
            prop_assert_eq!(a.checked_sub(a), Some(Number::ZERO));
        }

        #[test]
        fn order_agrees_with_the_difference(a in any_number(), b in any_number()) {
            let difference = a.checked_sub(b).unwrap();
            prop_assert_eq!(a.cmp(&b), difference.cmp(&Number::ZERO));
            prop_assert_eq!(b.cmp(&a), a.cmp(&b).reverse());
        }

        #[test]
        fn equal_numbers_have_one_hash(a in any::<i64>(), zeros in 0..15_u32) {
            let (plain, padded) =
                (Number::from(a), Number::from_scaled(i128::from(a) * 10_i128.pow(zeros), zeros as i32).unwrap());
            prop_assert_eq!(plain, padded);
            prop_assert_eq!(hash(plain), hash(padded));
        }

        #[test]
        fn quotients_are_near(a in any_number(), b in any_number()) {
            if let Some(quotient) = a.checked_div(b)
                && let Some(product) = quotient.checked_mul(b)
                && quotient.abs() > number("1e-6100")
                && product.abs() > number("1e-6100")
            {
                let error = product.checked_sub(a).unwrap().abs();
                prop_assert!(error <= a.abs().checked_mul(number("2e-33")).unwrap());
            }
        }

        #[test]
        fn roots_square_back(a in any_number()) {
            let root = a.abs().sqrt().unwrap();
            let error = root.checked_mul(root).unwrap().checked_sub(a.abs()).unwrap().abs();
            prop_assert!(error <= a.abs().checked_mul(number("3e-33")).unwrap());
        }

        #[test]
        fn logarithms_undo_powers(a in -1_000_000..1_000_000_i64) {
            let exponent = Number::from_scaled(i128::from(a), 3).unwrap();
            let back = exponent.exp().unwrap().ln().unwrap();
            prop_assert!(back.checked_sub(exponent).unwrap().abs() < number("1e-29"));
        }

        #[test]
        fn modulo_has_the_sign_of_the_divisor(a in any_number(), b in any_number()) {
            if let Some(rest) = a.checked_modulo(b) {
                prop_assert!(rest.is_zero() || rest.is_negative() == b.is_negative());
                prop_assert!(rest.abs() <= b.abs());
            }
        }

        #[test]
        fn hostile_numerals_end(text in "[-+]?[0-9.]{0,60}([eE][-+]?[0-9]{0,30})?") {
            let _ = Number::parse(&text);
        }
    }
}
