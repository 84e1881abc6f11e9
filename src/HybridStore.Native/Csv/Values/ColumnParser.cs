using HybridStore.Native.Csv.Structure;

namespace HybridStore.Native.Csv.Values;

/// <summary>Turns one column's fields of many records into values.</summary>
/// <param name="context">The column.</param>
internal abstract unsafe class ColumnParser(ColumnContext context)
{
    private readonly FieldReader _fields = new(context.Spec, context.Dialect);

    /// <summary>The column.</summary>
    protected ColumnContext Context { get; } = context;

    /// <summary>Where the batch keeps the column's values.</summary>
    protected byte* Values { get; private set; }

    /// <summary>Where the batch keeps the column's mask: all 1 when a batch is begun.</summary>
    protected ulong* Mask { get; private set; }

    /// <summary>The column's index.</summary>
    protected int Column { get; } = context.Column;

    internal static ColumnParser Create(int column, CsvColumnSpec spec, CsvDialect dialect, CsvSimd simd) =>
        Create(new ColumnContext(column, spec, dialect, simd));

    private static ColumnParser Create(ColumnContext context) => context.Spec.Kind switch
    {
        not CsvValueKind.Blank when context.Spec.IsIgnored => new CheckParser(context),
        CsvValueKind.Varchar => new TextParser(context),
        CsvValueKind.BigInt => new BigIntParser(context),
        CsvValueKind.Double => new DoubleParser(context),
        CsvValueKind.Decimal => new DecimalParser(context),
        CsvValueKind.Boolean => new BooleanParser(context),
        CsvValueKind.Date => new DateParser(context),
        CsvValueKind.Timestamp or CsvValueKind.TimestampTz => new TimestampParser(context),
        CsvValueKind.Blank => new BlankParser(context),
        _ => new SkipParser(context),
    };

    /// <summary>Sets the batch that the next runs are read into.</summary>
    internal virtual void Attach(CsvBatch batch)
    {
        Values = batch.ValuesPointer(Column);
        Mask = batch.MaskPointer(Column);
    }

    /// <summary>Reads the column's fields of a run of records.</summary>
    /// <returns>
    /// How many records, from the first on, have a well-formed field that ends in the right mark: fewer than the run's when the next is
    /// no record of the expected shape. Values that cannot be stored are noted in <paramref name="bad"/> and do not end the run.
    /// </returns>
    internal virtual int Parse(in RecordRun run, BadRows bad) => ParseOneByOne(run, 0, bad);

    /// <summary>Turns the text of a field into a value.</summary>
    /// <param name="text">Without quotes.</param>
    /// <param name="row">Where in the batch the value goes.</param>
    internal abstract CsvRejectReason Store(ReadOnlySpan<byte> text, int row);

    /// <summary>The careful way, for every spelling that a field can have.</summary>
    protected int ParseOneByOne(in RecordRun run, int from, BadRows bad)
    {
        for (var record = from; record < run.Count; record++)
        {
            if (!run.TryGetField(record, Column, out var field) || !TryParse(field, run.BatchRow + record, bad)) return record;
        }

        return run.Count;
    }

    /// <summary>Reads one field.</summary>
    /// <returns>False when its quotes are not well formed, or hold what they should not.</returns>
    protected bool TryParse(ReadOnlySpan<byte> field, int row, BadRows bad)
    {
        var reason = _fields.Read(field, out var text, out var isNull);
        if (isNull) MarkAbsent(row);
        else if (reason == CsvRejectReason.None) reason = Store(text, row);
        if (reason is CsvRejectReason.TextAfterQuote or CsvRejectReason.LineBreakInValue) return false;
        if (reason != CsvRejectReason.None) bad.Add(row, Column, reason);
        return true;
    }

    private void MarkAbsent(int row)
    {
        if (Mask != null) Mask[row >> 6] &= ~(1UL << (row & 63));
    }
}
