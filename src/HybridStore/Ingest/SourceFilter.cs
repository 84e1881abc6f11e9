using System.Globalization;
using System.IO.Hashing;
using System.Text;
using HybridStore.Native.Csv;
using HybridStore.Native.Zones;
using HybridStore.Schema;

namespace HybridStore.Ingest;

/// <summary>Which rows and columns of the sources are wanted; the others are counted as filtered, or not looked at.</summary>
public sealed record SourceFilter
{
    private const long MicrosecondsPerDay = PartitionClock.MicrosecondsPerDay;

    /// <summary>Everything.</summary>
    public static SourceFilter None { get; } = new();

    /// <summary>The symbols; null for all.</summary>
    public IReadOnlyCollection<string>? Symbols { get; init; }

    /// <summary>The first partition date; null for the beginning.</summary>
    public DateOnly? From { get; init; }

    /// <summary>The last partition date, included; null for the end.</summary>
    public DateOnly? To { get; init; }

    /// <summary>The columns, in lower case; the symbol's and the time's always count among them. Null for all.</summary>
    public IReadOnlyCollection<string>? Columns { get; init; }

    /// <summary>Whether some rows may be left out.</summary>
    public bool LeavesRowsOut => Symbols is not null || From is not null || To is not null;

    /// <summary>Tells filters apart in a source's identity; empty for none.</summary>
    internal string Identity
    {
        get
        {
            if (!LeavesRowsOut && Columns is null) return "";
            var text = new StringBuilder();
            Append(text, "symbols", Symbols);
            Append(text, "columns", Columns);
            text.Append(CultureInfo.InvariantCulture, $"{From:O}..{To:O}");
            return XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(text.ToString())).ToString("x16", CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Whether a column is wanted.</summary>
    /// <param name="name">In lower case.</param>
    internal bool Wants(string name) => Columns is null || Columns.Contains(name);

    /// <summary>The filter of a source's rows, for one reader.</summary>
    /// <param name="dataset">What the rows belong to.</param>
    /// <param name="plan">How the source is read.</param>
    /// <returns>Null when all rows are wanted.</returns>
    internal CsvRowFilter? ForReader(Dataset dataset, SourcePlan plan)
    {
        if (!LeavesRowsOut) return null;
        var (symbolColumn, timeColumn) = (plan.ColumnOf(dataset, dataset.SymbolColumn), plan.ColumnOf(dataset, dataset.TimeColumn));
        var symbols = Symbols is null ? null : new SymbolSet(Symbols);
        var hasTimes = From is not null || To is not null;
        var kind = dataset.Find(dataset.TimeColumn)!.Type.Kind;
        // Local times become instants after the filter has seen them.
        var zone = kind == ColumnKind.TimestampTz && plan.LocalTimes is null ? DatasetZone.Of(dataset) : ZoneRules.Utc;
        var fromUs = From is { } from ? StartUs(EpochDay.Of(from)) : long.MinValue;
        var untilUs = To is { } to ? StartUs(EpochDay.Of(to) + 1) : long.MaxValue;
        int[] columns = [.. symbols is null ? [] : (int[])[symbolColumn], .. hasTimes || plan.LocalTimes is not null ? (int[])[timeColumn] : []];
        return new CsvRowFilter(columns, (batch, start, end, isUnwanted) =>
        {
            for (var row = start; row < end; row++)
            {
                ref var word = ref isUnwanted[row >> 6];
                if ((word >> (row & 63) & 1) != 0) continue;
                var isWanted = (symbols is null || batch.IsNull(symbolColumn, row) || symbols.Contains(batch.Values<UInt128>(symbolColumn)[row], batch, symbolColumn, row))
                    && (!hasTimes || batch.IsNull(timeColumn, row) || IsInside(batch, timeColumn, row, kind, fromUs, untilUs));
                if (!isWanted) word |= 1UL << (row & 63);
            }
        });

        // Midnight, or the first moment after it where clocks jump over it; the first of two where they go back over it.
        long StartUs(int epochDay) => zone.StartOf(epochDay * MicrosecondsPerDay);
    }

    private static bool IsInside(CsvBatch batch, int column, int row, ColumnKind kind, long fromUs, long untilUs)
    {
        var timeUs = kind == ColumnKind.Date ? batch.Values<int>(column)[row] * MicrosecondsPerDay : batch.Values<long>(column)[row];
        return timeUs >= fromUs && timeUs < untilUs;
    }

    private static void Append(StringBuilder text, string name, IReadOnlyCollection<string>? values)
    {
        text.Append(name);
        // Lengths keep ["a,b"] and ["a", "b"] apart.
        foreach (var value in values?.Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>()) text.Append(CultureInfo.InvariantCulture, $" {value.Length}:{value}");
        text.Append(values is null ? " all\n" : "\n");
    }
}
