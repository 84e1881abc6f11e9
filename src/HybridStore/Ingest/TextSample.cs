using HybridStore.Native.Csv;
using HybridStore.Native.Csv.Inputs;
using HybridStore.Native.Posix;
using HybridStore.Schema;

namespace HybridStore.Ingest;

/// <summary>Looks at rows here and there in a file for the texts of columns that have few, so that its first Parquet file is begun with most of them.</summary>
/// <remarks>What is found wrongly, where a spot lies within a quoted line break, costs a needless member of an enum and nothing else.</remarks>
internal sealed class TextSample(string path, SourcePlan plan, Dataset dataset)
{
    private const int SpotCount = 8;
    private const int SpotBytes = 1 << 15;

    /// <summary>A smaller range is read before its samples would pay.</summary>
    private const long RangeBytesMin = 4L << 20;

    /// <summary>Takes the sample.</summary>
    /// <param name="range">Of the file.</param>
    /// <param name="constantColumn">The column that needs none, or -1.</param>
    /// <param name="known">Is told of the texts.</param>
    internal void Take(CsvRange range, int constantColumn, KnownTexts known)
    {
        if (range.End - range.Start < RangeBytesMin) return;
        using var batch = new CsvBatch(plan.BatchSpecs);
        var texts = new TextCodes(dataset, plan.SourceColumns, constantColumn, batch.RowsMax, known);
        if (!texts.Layout.IsCoded.Contains(true)) return;
        var bytes = new byte[SpotBytes];
        using var file = RegularFile.Open(path);
        for (var spot = 1; spot <= SpotCount; spot++)
        {
            var start = range.Start + ((range.End - range.Start) / (SpotCount + 1) * spot);
            var lines = WholeLines(bytes.AsSpan(0, RandomAccess.Read(file, bytes, start)));
            if (lines.IsEmpty) continue;
            using var reader = new CsvReader(
                new StreamInput(new MemoryStream(lines.ToArray())), plan.Dialect, plan.Specs, _ => { }, new CsvReaderOptions { StartOffset = start, BufferBytes = SpotBytes, Composed = plan.Composed });
            if (reader.Read(batch)) texts.Encode(batch);
        }
    }

    private static ReadOnlySpan<byte> WholeLines(ReadOnlySpan<byte> bytes)
    {
        var (first, last) = (bytes.IndexOf((byte)'\n'), bytes.LastIndexOf((byte)'\n'));
        return first < last ? bytes[(first + 1)..(last + 1)] : [];
    }
}
