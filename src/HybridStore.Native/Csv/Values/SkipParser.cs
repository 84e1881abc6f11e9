using HybridStore.Native.Csv.Structure;

namespace HybridStore.Native.Csv.Values;

/// <summary>A column whose fields must be there and are not looked at.</summary>
internal sealed unsafe class SkipParser(ColumnContext context) : ColumnParser(context)
{
    internal override int Parse(in RecordRun run, BadRows bad)
    {
        var endMark = run.EndMark(Column);
        var mark = run.Marks + Column + 1;
        for (var record = 0; record < run.Count; record++, mark += run.ColumnCount)
        {
            if (run.Data[*mark] != endMark) return record;
        }

        return run.Count;
    }

    internal override CsvRejectReason Store(ReadOnlySpan<byte> text, int row) => CsvRejectReason.None;
}
