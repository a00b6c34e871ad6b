"""Arithmetic on several numbers at once, for compiled code: the one place that speaks to the compiler in its own words.

A processor has registers that hold four (AVX2) or eight (AVX-512) numbers of double precision, its lanes, and does one
operation on all of them in the time of one. Compilers find such operations in simple loops only; a force loop, with its
cutoff and its scattered neighbors, is not simple. So this module gives numba a type, :class:`Lanes`, whose values are
whole registers. Inside an `@njit` function such a value behaves as a number does:

    +, −, *, /, unary −, abs, sqrt       lane by lane; an ordinary number stands for a register full of copies
    <, >                                 lane by lane, giving a :class:`Mask` (one bit a lane)
    choose(mask, yes, no)                from `models.pairs`, lane by lane
    multiply_add(register, b, c)         from there too, rounded once
    constant(x, register)                from there too, a register full of x

A function that only does arithmetic therefore works for one pair or for eight without being told: `pair_terms` is
written once and used for both. What has no meaning for one number is done by five functions:

    spread(x, lanes)                     a register full of x
    load(array, i, lanes)                array[i], array[i + 1], …; the array must be contiguous along its last axis,
                                         and may hold numbers of single precision
    store(array, i, value)               the reverse
    total(value)                         the sum over lanes, by halves: always in the same order
    any_lane(mask)                       whether one bit is set

and their relatives for points, which are tuples of d registers (`load_point`, `spread_point`, `add_to_point`,
`difference`, `squared`, `scaled_sum`), for sums of their components' products (`no_products`, `add_products`,
`store_products`), and for beads, tuples of a size and d coordinates that stand together in memory (`load_beads`,
`spread_bead`, `nearest_vector`): numba would not unroll a loop over a tuple's elements by itself.

The number of lanes is the length of a tuple (`lanes`), as a kernel's dimension is the length of `edges`: known when the
kernel is compiled, chosen when the program runs (:func:`processor_lanes`). All operations are those of IEEE 754, in the
order in which they are written, with a·b + c rounded once where the names say so: the same bits on every processor that
uses the same number of lanes. A sum over neighbors depends on that number by rounding.

A processor without such registers runs this code all the same, only not fast; its force loop is given the plain list.

Strict arithmetic keeps the compiler from summing a plain loop in several parts at once. :func:`inner` says so
itself: in eight parts, whatever the processor, so that its bits are the same on all.
"""

from __future__ import annotations

import math
import operator

import numpy as np
from llvmlite import binding, ir
from numba import njit, types
from numba.core import cgutils
from numba.core.typing import signature
from numba.core.typing.templates import AbstractTemplate, infer_global
from numba.extending import intrinsic, lower_builtin, models, overload, register_model

from glassworks.models.pairs import choose, constant, multiply_add
from glassworks.models.potentials.table import entry, row_under

SINGLE, DOUBLE, BIT = ir.FloatType(), ir.DoubleType(), ir.IntType(1)


class Lanes(types.Type):
    """A register of `count` numbers."""

    def __init__(self, count: int):
        self.count = count
        super().__init__(name=f"Lanes({count})")


class Mask(types.Type):
    """A register of `count` bits."""

    def __init__(self, count: int):
        self.count = count
        super().__init__(name=f"Mask({count})")


@register_model(Lanes)
class LanesModel(models.PrimitiveModel):
    def __init__(self, manager, kind):
        super().__init__(manager, kind, ir.VectorType(DOUBLE, kind.count))


@register_model(Mask)
class MaskModel(models.PrimitiveModel):
    def __init__(self, manager, kind):
        super().__init__(manager, kind, ir.VectorType(BIT, kind.count))


def processor_lanes() -> int:
    """How many numbers to work on at once: 4, or 0 where this processor has no such registers and plain loops serve it.

    Four also where registers hold eight (tests use both). Neighbors stand in runs of a few, so that eight lanes leave
    most of them idle, while roots and quotients take twice as long: in 2D four are 1.4 times as fast, in 3D a tenth.
    And all processors with AVX2 then make the same trajectory.
    """
    features = binding.get_host_cpu_features()
    return 4 if features.get("avx2") and features.get("fma") else 0


def copies(builder, number, count):
    """A register full of one number."""
    kind = ir.VectorType(number.type, count)
    one = builder.insert_element(ir.Constant(kind, ir.Undefined), number, ir.Constant(ir.IntType(32), 0))
    zeros = ir.Constant(ir.VectorType(ir.IntType(32), count), [0] * count)
    return builder.shuffle_vector(one, ir.Constant(kind, ir.Undefined), zeros)


def call(builder, name: str, arguments):
    """An operation that the compiler knows by name, such as sqrt, on registers."""
    kind = arguments[0].type
    name = f"llvm.{name}.v{kind.count}f64"
    function = cgutils.get_or_insert_function(builder.module, ir.FunctionType(kind, [kind] * len(arguments)), name)
    return builder.call(function, arguments)


def as_lanes(context, builder, value, kind, count):
    """A register from a register or a number."""
    if isinstance(kind, Lanes):
        return value
    return copies(builder, context.cast(builder, value, kind, types.float64), count)


def define(operation, result, build) -> None:
    """Let `operation` (an operator or function) take registers, mixed with numbers, by the instructions of `build`."""

    @infer_global(operation)
    class Typing(AbstractTemplate):
        def generic(self, arguments, keywords):
            counts = {kind.count for kind in arguments if isinstance(kind, Lanes)}
            numbers = all(isinstance(kind, Lanes | types.Float | types.Integer) for kind in arguments)
            return signature(result(counts.pop()), *arguments) if len(counts) == 1 and numbers else None

    def lower(context, builder, kinds, values):
        count = kinds.return_type.count
        registers = [as_lanes(context, builder, *pair, count) for pair in zip(values, kinds.args, strict=True)]
        return build(builder, *registers)

    if operation in (operator.neg, abs, math.sqrt):
        lower_builtin(operation, Lanes)(lower)
    else:
        lower_builtin(operation, Lanes, types.Any)(lower)
        lower_builtin(operation, types.Number, Lanes)(lower)


define(operator.add, Lanes, ir.IRBuilder.fadd)
define(operator.sub, Lanes, ir.IRBuilder.fsub)
define(operator.mul, Lanes, ir.IRBuilder.fmul)
define(operator.truediv, Lanes, ir.IRBuilder.fdiv)
define(operator.neg, Lanes, lambda builder, a: builder.fneg(a))
define(operator.lt, Mask, lambda builder, a, b: builder.fcmp_ordered("<", a, b))
define(operator.gt, Mask, lambda builder, a, b: builder.fcmp_ordered(">", a, b))
define(abs, Lanes, lambda builder, a: call(builder, "fabs", [a]))
define(math.sqrt, Lanes, lambda builder, a: call(builder, "sqrt", [a]))


@intrinsic
def select(typing, condition, yes, no):
    kind = Lanes(condition.count)

    def build(context, builder, kinds, values):
        pair = [as_lanes(context, builder, *each, kind.count) for each in zip(values[1:], kinds.args[1:], strict=True)]
        return builder.select(values[0], *pair)

    return kind(condition, yes, no), build


@overload(choose)
def choose_lanes(condition, yes, no):
    if isinstance(condition, Mask):
        return lambda condition, yes, no: select(condition, yes, no)


@intrinsic
def fused(typing, a, b, c):
    kind = Lanes(a.count)

    def build(context, builder, kinds, values):
        triple = [as_lanes(context, builder, *each, kind.count) for each in zip(values, kinds.args, strict=True)]
        return call(builder, "fma", triple)

    return kind(a, b, c), build


@overload(multiply_add)
def multiply_add_lanes(a, b, c):
    if isinstance(a, Lanes):
        return lambda a, b, c: fused(a, b, c)


def place(context, builder, kind, array, indices):
    """Address of an array's element, for a register that starts there."""
    view = context.make_array(kind)(context, builder, array)
    return cgutils.get_item_pointer2(
        context, builder, view.data, cgutils.unpack_tuple(builder, view.shape),
        cgutils.unpack_tuple(builder, view.strides), kind.layout, indices,
    )  # fmt: skip


def read(builder, pointer, count):
    """A register from where it begins; numbers of single precision become those of double."""
    kind = ir.VectorType(pointer.type.pointee, count)
    value = builder.load(builder.bitcast(pointer, kind.as_pointer()), align=4 if kind.element == SINGLE else 8)
    return builder.fpext(value, ir.VectorType(DOUBLE, count)) if kind.element == SINGLE else value


def write(builder, pointer, value):
    kind = ir.VectorType(pointer.type.pointee, value.type.count)
    value = builder.fptrunc(value, kind) if kind.element == SINGLE else value
    builder.store(value, builder.bitcast(pointer, kind.as_pointer()), align=4 if kind.element == SINGLE else 8)


def is_numbers(kind, dimension) -> bool:
    numbers = isinstance(kind, types.Array) and kind.dtype in (types.float32, types.float64)
    return numbers and kind.layout == "C" and kind.ndim == dimension


@intrinsic
def spread(typing, number, lanes):
    """A register full of one number."""
    kind = Lanes(len(lanes))

    def build(context, builder, kinds, values):
        return as_lanes(context, builder, values[0], kinds.args[0], kind.count)

    return kind(number, lanes), build


@overload(constant)
def constant_lanes(value, y):
    if isinstance(y, Lanes):
        lanes = (0,) * y.count
        return lambda value, y: spread(value, lanes)


@intrinsic
def load(typing, array, index, lanes):
    """array[index], array[index + 1], … of an array (n,)."""
    kind = Lanes(len(lanes))

    def build(context, builder, kinds, values):
        return read(builder, place(context, builder, array, values[0], [values[1]]), kind.count)

    return (kind(array, types.int64, lanes), build) if is_numbers(array, 1) else None


@intrinsic
def store(typing, array, index, value):
    """array[index], array[index + 1], … = value."""

    def build(context, builder, kinds, values):
        write(builder, place(context, builder, array, values[0], [values[1]]), values[2])
        return context.get_dummy_value()

    return (types.void(array, types.int64, value), build) if is_numbers(array, 1) else None


@intrinsic
def rows_under(typing, table, y):
    """Where in the array of a table the row of each lane begins, one lane after the other."""
    one, kind = types.uint64(table, types.float64), types.UniTuple(types.uint64, y.count)

    def build(context, builder, kinds, values):
        lanes = [builder.extract_element(values[1], ir.Constant(ir.IntType(32), lane)) for lane in range(y.count)]
        rows = [context.compile_internal(builder, row_under, one, (values[0], lane)) for lane in lanes]
        return context.make_tuple(builder, kind, rows)

    return (kind(table, y), build) if is_numbers(table, 1) else None


@overload(row_under)
def row_under_lanes(table, y):
    if isinstance(y, Lanes):
        return lambda table, y: rows_under(table, y)


@intrinsic
def gather(typing, table, rows, column):
    """table[row + column] of each of several rows, as a register."""
    kind = Lanes(len(rows))

    def build(context, builder, kinds, values):
        register = ir.Constant(ir.VectorType(DOUBLE, kind.count), ir.Undefined)
        ahead = context.cast(builder, values[2], column, types.uint64)
        for lane, first in enumerate(parts(builder, values[1])):
            pointer = place(context, builder, table, values[0], [builder.add(first, ahead)])
            number = builder.load(pointer)
            register = builder.insert_element(register, number, ir.Constant(ir.IntType(32), lane))
        return register

    return (kind(table, rows, column), build) if is_numbers(table, 1) else None


@overload(entry)
def entry_of_lanes(table, row, column):
    if isinstance(row, types.UniTuple):
        return lambda table, row, column: gather(table, row, column)


def summed(builder, vector, halves):
    """The sum of a register's numbers, two parts of it at a time: its halves, or else its even and its odd lanes."""
    count = vector.type.count
    while count > 1:
        count //= 2
        kind = ir.VectorType(ir.IntType(32), count)
        places = (range(count), range(count, 2 * count)) if halves else (range(0, 2 * count, 2), range(1, 2 * count, 2))
        parts = [builder.shuffle_vector(vector, vector, ir.Constant(kind, list(place))) for place in places]
        vector = builder.fadd(*parts)
    return builder.extract_element(vector, ir.Constant(ir.IntType(32), 0))


@intrinsic
def total(typing, value):
    """The sum over lanes, by halves."""

    def build(context, builder, kinds, values):
        return summed(builder, values[0], True)

    return types.float64(value), build


@intrinsic
def total_of_neighbors(typing, value):
    """The sum over lanes, of neighbors: ((a0 + a1) + (a2 + a3)) + …"""

    def build(context, builder, kinds, values):
        return summed(builder, values[0], False)

    return types.float64(value), build


@intrinsic
def any_lane(typing, mask):
    """Whether a bit is set."""

    def build(context, builder, kinds, values):
        bits = builder.bitcast(values[0], ir.IntType(mask.count))
        return builder.icmp_unsigned("!=", bits, ir.Constant(bits.type, 0))

    return types.boolean(mask), build


def point_of(lanes, dimension: int):
    return types.UniTuple(Lanes(lanes), dimension)


def parts(builder, value):
    return [builder.extract_value(value, k) for k in range(value.type.count)]


def row(context, k: int):
    return context.get_constant(types.int64, k)


@intrinsic
def load_point(typing, places, index, edges, lanes):
    """The places [k, index], [k, index + 1], … of an array (d, n), for each k."""
    kind = point_of(len(lanes), len(edges))

    def build(context, builder, kinds, values):
        registers = [
            read(builder, place(context, builder, places, values[0], [row(context, k), values[1]]), len(lanes))
            for k in range(len(edges))
        ]
        return context.make_tuple(builder, kind, registers)

    return (kind(places, types.int64, edges, lanes), build) if is_numbers(places, 2) else None


@intrinsic
def spread_point(typing, places, index, edges, lanes):
    """Registers full of places[k, index], for each k."""
    kind = point_of(len(lanes), len(edges))

    def build(context, builder, kinds, values):
        numbers = [
            builder.load(place(context, builder, places, values[0], [row(context, k), values[1]]))
            for k in range(len(edges))
        ]
        return context.make_tuple(builder, kind, [copies(builder, number, len(lanes)) for number in numbers])

    return (kind(places, types.int64, edges, lanes), build) if is_numbers(places, 2) else None


@intrinsic
def add_to_point(typing, places, index, factor, vector):
    """places[k, index + lane] += factor · vector[k], rounded once."""

    def build(context, builder, kinds, values):
        for k, component in enumerate(parts(builder, values[3])):
            pointer = place(context, builder, places, values[0], [row(context, k), values[1]])
            before = read(builder, pointer, factor.count)
            write(builder, pointer, call(builder, "fma", [values[2], component, before]))
        return context.get_dummy_value()

    return (types.void(places, types.int64, factor, vector), build) if is_numbers(places, 2) else None


@intrinsic
def add_total(typing, places, index, vector):
    """places[k, index] += Σ over lanes of vector[k]."""

    def build(context, builder, kinds, values):
        for k, component in enumerate(parts(builder, values[2])):
            pointer = place(context, builder, places, values[0], [row(context, k), values[1]])
            builder.store(builder.fadd(builder.load(pointer), summed(builder, component, True)), pointer)
        return context.get_dummy_value()

    return (types.void(places, types.int64, vector), build) if is_numbers(places, 2) else None


@intrinsic
def difference(typing, first, second):
    """Of two points."""

    def build(context, builder, kinds, values):
        pairs = zip(*(parts(builder, value) for value in values), strict=True)
        return context.make_tuple(builder, first, [builder.fsub(a, b) for a, b in pairs])

    return first(first, second), build


@intrinsic
def sum_of(typing, first, second):
    """Of two points."""

    def build(context, builder, kinds, values):
        pairs = zip(*(parts(builder, value) for value in values), strict=True)
        return context.make_tuple(builder, first, [builder.fadd(a, b) for a, b in pairs])

    return first(first, second), build


@intrinsic
def squared(typing, vector):
    """Σ_k vector[k]², each product added with one rounding."""
    kind = vector.dtype

    def build(context, builder, kinds, values):
        x, *rest = parts(builder, values[0])
        sum_ = builder.fmul(x, x)
        for x in rest:
            sum_ = call(builder, "fma", [x, x, sum_])
        return sum_

    return kind(vector), build


@intrinsic
def scaled_sum(typing, point, factor, vector):
    """point + factor · vector, rounded once."""

    def build(context, builder, kinds, values):
        pairs = zip(parts(builder, values[0]), parts(builder, values[2]), strict=True)
        return context.make_tuple(builder, point, [call(builder, "fma", [values[1], b, a]) for a, b in pairs])

    return point(point, factor, vector), build


def products_of(vector):
    """The type of what :func:`add_products` sums: a register for each pair of components of a point."""
    return types.UniTuple(vector.dtype, vector.count * (vector.count + 1) // 2)


@intrinsic
def no_products(typing, vector):
    """Registers of zeros, one for each pair of components k ≤ l of a point."""
    kind = products_of(vector)

    def build(context, builder, kinds, values):
        zero = ir.Constant(ir.VectorType(DOUBLE, vector.dtype.count), [0.0] * vector.dtype.count)
        return context.make_tuple(builder, kind, [zero] * kind.count)

    return kind(vector), build


@intrinsic
def add_products(typing, sums, factor, vector):
    """sums + (factor · vector[k]) · vector[l] for k ≤ l, the last product added with one rounding."""

    def build(context, builder, kinds, values):
        points, totals = parts(builder, values[2]), iter(parts(builder, values[0]))
        added = []
        for k, first in enumerate(points):
            scaled = builder.fmul(values[1], first)
            added += [call(builder, "fma", [scaled, second, next(totals)]) for second in points[k:]]
        return context.make_tuple(builder, sums, added)

    return sums(sums, factor, vector), build


@intrinsic
def store_products(typing, row, sums):
    """row[m] = Σ over lanes of sums[m], for an array of one axis."""

    def build(context, builder, kinds, values):
        for m, sum_ in enumerate(parts(builder, values[1])):
            pointer = place(context, builder, row, values[0], [ir.Constant(ir.IntType(64), m)])
            builder.store(summed(builder, sum_, True), pointer)
        return context.get_dummy_value()

    return (types.void(row, sums), build) if is_numbers(row, 1) else None


def shuffled(builder, first, second, places):
    """A register of numbers taken from two others: places count through the first, then the second."""
    return builder.shuffle_vector(first, second, ir.Constant(ir.VectorType(ir.IntType(32), len(places)), places))


def transposed(builder, rows):
    """Four registers of four numbers, from four whose k-th numbers they take."""
    pairs = [shuffled(builder, *rows[m : m + 2], [k, 4 + k, 2 + k, 6 + k]) for m in (0, 2) for k in (0, 1)]
    low, high, low_after, high_after = pairs
    return [
        shuffled(builder, *both, places)
        for places in ([0, 1, 4, 5], [2, 3, 6, 7])
        for both in ((low, low_after), (high, high_after))
    ]


@intrinsic
def load_beads(typing, beads, numbers, i, slot, edges):
    """Size and coordinates, beads[j, 0] and beads[j, 1 + k], of the four particles j = numbers[i, slot], … .

    Rows are read whole, four numbers at a time, and then turned over: less work than a number at a time. They must be
    as long as a multiple of four.
    """
    kind = point_of(4, len(edges) + 1)

    def build(context, builder, kinds, values):
        found = []
        for lane in range(4):
            slot_ = builder.add(values[3], row(context, lane))
            number = builder.load(place(context, builder, numbers, values[1], [values[2], slot_]))
            found.append(builder.zext(number, ir.IntType(64)) if number.type.width < 64 else number)
        columns = []
        for first in range(0, len(edges) + 1, 4):
            rows = [
                read(builder, place(context, builder, beads, values[0], [number, row(context, first)]), 4)
                for number in found
            ]
            columns += transposed(builder, rows)
        return context.make_tuple(builder, kind, columns[: len(edges) + 1])

    unsigned = isinstance(numbers, types.Array) and numbers.dtype in (types.uint32, types.uint64)
    return (kind(beads, numbers, types.int64, types.int64, edges), build) if is_numbers(beads, 2) and unsigned else None


@intrinsic
def spread_bead(typing, beads, index, edges):
    """Four times size and coordinates of one particle, as from :func:`load_beads`."""
    kind = point_of(4, len(edges) + 1)

    def build(context, builder, kinds, values):
        numbers = [
            builder.load(place(context, builder, beads, values[0], [values[1], row(context, k)]))
            for k in range(len(edges) + 1)
        ]
        return context.make_tuple(builder, kind, [copies(builder, number, 4) for number in numbers])

    return (kind(beads, types.int64, edges), build) if is_numbers(beads, 2) else None


@intrinsic
def nearest_vector(typing, first, second, edges):
    """The point from the second bead to the nearest copy of the first; two roundings a coordinate."""
    kind = types.UniTuple(first.dtype, len(edges))

    def build(context, builder, kinds, values):
        found = []
        one = ir.Constant(DOUBLE, 1.0)
        ends = zip(*(parts(builder, value)[1:] for value in values[:2]), parts(builder, values[2]), strict=True)
        for a, b, edge in ends:
            x = builder.fsub(a, b)
            inverse = copies(builder, builder.fdiv(one, edge), first.dtype.count)
            edge = copies(builder, edge, first.dtype.count)
            copy = call(builder, "rint", [builder.fmul(x, inverse)])
            found.append(call(builder, "fma", [builder.fneg(copy), edge, x]))
        return context.make_tuple(builder, kind, found)

    return kind(first, second, edges), build


FOUR, EIGHT = (0,) * 4, (0,) * 8

PART = 1024
"""Numbers of long arrays that are worked on at a time by several loops: they stay in the nearest cache."""


@njit(inline="always")
def inner(x, y):
    """Σ x·y of two contiguous arrays (n,), each product in double precision."""
    sums, whole = spread(0.0, EIGHT), len(x) // 8 * 8
    for k in range(0, whole, 8):
        sums = sums + load(x, k, EIGHT) * load(y, k, EIGHT)
    rest = 0.0
    for k in range(whole, len(x)):
        rest += np.float64(x[k]) * np.float64(y[k])
    return total_of_neighbors(sums) + rest
