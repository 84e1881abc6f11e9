using System.Runtime.CompilerServices;
using HybridStore.Native.Csv.Structure;

namespace HybridStore.Native.Csv.Values;

/// <summary>A column of days.</summary>
internal sealed unsafe class DateParser(ColumnContext context) : ColumnParser(context)
{
    private const int IsoBytes = 10;

    // The day that was read last, as text and as days: before any other, day 0.
    private long _dayStart = BitConverter.ToInt64("1970-01-"u8);
    private short _dayEnd = BitConverter.ToInt16("01"u8);
    private int _days;

    internal override int Parse(in RecordRun run, BadRows bad) =>
        Context.CanReadDigitsFirst && Context.Spec.TimeFormat == CsvTimeFormat.Iso ? ParseIso(run, bad) : ParseOneByOne(run, 0, bad);

    internal override CsvRejectReason Store(ReadOnlySpan<byte> text, int row) => TimeValue.ToDate(text, Context.Spec.TimeFormat, out ((int*)Values)[row]);

    /// <summary>A day that repeats the last one is not read again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int ParseIso(in RecordRun run, BadRows bad)
    {
        var walk = new FieldWalk(run, Column, Mask, Context.QuoteOrDelimiter);
        var values = (int*)Values;
        while (walk.MoveNext())
        {
            walk.Read(out var start, out var length);
            if (length == IsoBytes && ((*(long*)start == _dayStart && *(short*)(start + 8) == _dayEnd) || TryTakeDay(start))) values[walk.Row] = _days;
            else if (!TryParse(walk.Field, walk.Row, bad)) break;
        }

        return walk.Finish();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryTakeDay(byte* start)
    {
        if (TimeValue.ToDate(new ReadOnlySpan<byte>(start, IsoBytes), CsvTimeFormat.Iso, out var days) != CsvRejectReason.None) return false;
        _dayStart = *(long*)start;
        _dayEnd = *(short*)(start + 8);
        _days = days;
        return true;
    }
}
