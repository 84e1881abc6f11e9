using System.Text;
using HybridStore.Lake;
using HybridStore.Query;
using HybridStore.Schema;

namespace HybridStore.Coverage;

/// <summary>Counts a snapshot's rows by symbol and day: from the log where a file is a symbol's day, else from the files.</summary>
internal sealed class CoverageCounts(LakeSnapshot snapshot, QueryEngine engine)
{
    /// <summary>Rows by symbol and day.</summary>
    internal Dictionary<(string Symbol, DateOnly Day), long> Rows(DateRange? range, CancellationToken cancellationToken)
    {
        if (snapshot.Dataset.Partitioning != Partitioning.SymbolDate) return Read(CoverageSql.Counts(snapshot.Dataset, range), cancellationToken);
        return snapshot.Files.Where(file => range is not { } days || days.Contains(file.Days.From))
            .GroupBy(file => (file.Symbol ?? "", file.Days.From))
            .ToDictionary(group => group.Key, group => group.Sum(file => file.RowCount));
    }

    /// <summary>How many rows differ from each other, of some symbols and days.</summary>
    internal Dictionary<(string Symbol, DateOnly Day), long> Distinct(IEnumerable<(string Symbol, DateOnly Day)> symbolDays, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<(string, DateOnly), long>();
        foreach (var day in symbolDays.GroupBy(one => one.Day, one => one.Symbol))
        {
            foreach (var (key, count) in Read(CoverageSql.Distinct(snapshot.Dataset, day.Key, day), cancellationToken)) counts[key] = count;
        }

        return counts;
    }

    private Dictionary<(string Symbol, DateOnly Day), long> Read(string sql, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<(string, DateOnly), long>();
        using var reader = engine.Run(sql, null, cancellationToken);
        while (reader.Read())
        {
            for (var row = 0; row < reader.Chunk.RowCount; row++)
            {
                var symbol = reader.Chunk.Column(0).IsNull(row) ? "" : Encoding.UTF8.GetString(reader.Chunk.Column(0).Bytes(row));
                counts[(symbol, EpochDay.ToDate(reader.Chunk.Column(1).Values<int>()[row]))] = reader.Chunk.Column(2).Values<long>()[row];
            }
        }

        return counts;
    }
}
