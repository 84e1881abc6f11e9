using HybridStore.Native.Csv.Structure;

namespace HybridStore.Native.Csv.Values;

/// <summary>Turns one column's fields of many records into values.</summary>
/// <param name="column">Index of the column.</param>
/// <param name="fields">Tells a field's text from its quotes, and the absent values.</param>
internal abstract unsafe class ColumnParser(int column, FieldReader fields)
{
    /// <summary>Where the batch keeps the column's values.</summary>
    protected byte* Values { get; private set; }

    /// <summary>Where the batch keeps the column's mask: all 1 when a batch is begun.</summary>
    protected ulong* Mask { get; private set; }

    /// <summary>The column's index.</summary>
    protected int Column { get; } = column;

    internal static ColumnParser Create(int column, CsvColumnSpec spec, CsvDialect dialect) => spec.Kind switch
    {
        CsvValueKind.Varchar => new TextParser(column, spec, dialect),
        CsvValueKind.BigInt => new BigIntParser(column, spec, dialect),
        CsvValueKind.Double => new DoubleParser(column, spec, dialect),
        CsvValueKind.Decimal => new DecimalParser(column, spec, dialect),
        CsvValueKind.Boolean => new BooleanParser(column, spec, dialect),
        CsvValueKind.Date => new DateParser(column, spec, dialect),
        CsvValueKind.Timestamp or CsvValueKind.TimestampTz => new TimestampParser(column, spec, dialect),
        CsvValueKind.Blank => new BlankParser(column, spec, dialect),
        _ => new SkipParser(column, spec, dialect),
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
        var reason = fields.Read(field, out var text, out var isNull);
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
