using HybridStore.Native.Csv.Structure;

namespace HybridStore.Native.Csv.Values;

/// <summary>A column whose values nobody wants: only whether its fields are well formed is looked at, as if they were read.</summary>
/// <remarks>A stray quote must cost one line in a column that is left out, too: so quoted fields are looked into.</remarks>
internal sealed unsafe class CheckParser(ColumnContext context) : ColumnParser(context)
{
    private readonly FieldReader _fields = new(context.Spec, context.Dialect);

    internal override int Parse(in RecordRun run, BadRows bad)
    {
        var endMark = run.EndMark(Column);
        var quote = Context.QuoteOrDelimiter;
        var mark = run.Marks + Column;
        for (var record = 0; record < run.Count; record++, mark += run.ColumnCount)
        {
            if (run.Data[mark[1]] != endMark) return record;
            if (run.Data[mark[0] + 1] != quote || !run.TryGetField(record, Column, out var field)) continue;
            if (_fields.Read(field, out _, out _) != CsvRejectReason.None) return record;
        }

        return run.Count;
    }

    internal override CsvRejectReason Store(ReadOnlySpan<byte> text, int row) => CsvRejectReason.None;
}
