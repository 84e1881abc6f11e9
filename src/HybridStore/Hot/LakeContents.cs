using HybridStore.Lake;
using HybridStore.Lake.Foreign;
using HybridStore.Native.DuckDb;
using HybridStore.Schema;

namespace HybridStore.Hot;

/// <summary>Which symbols the lake has on which days: from the list of files where that says it, else from the files.</summary>
/// <param name="snapshot">The lake.</param>
/// <param name="database">Reads files.</param>
internal sealed class LakeContents(LakeSnapshot snapshot, DuckDbDatabase database)
{
    private const int SimilarMax = 3;
    private readonly SymbolPool _symbols = new();

    /// <summary>Every symbol-day of some symbols in a range, ordered by day and symbol.</summary>
    /// <param name="symbols">The symbols; null for all.</param>
    /// <param name="range">The days.</param>
    /// <param name="skip">Days to leave out.</param>
    /// <param name="cancellationToken">Stops.</param>
    internal IReadOnlyList<SymbolDay> Find(IReadOnlyCollection<string>? symbols, DateRange range, IReadOnlySet<DateOnly> skip, CancellationToken cancellationToken)
    {
        var wanted = symbols?.ToHashSet(StringComparer.Ordinal);
        var found = new List<SymbolDay>();
        var mixed = new List<DataFile>();
        foreach (var file in snapshot.Files.Where(file => IsWanted(file, wanted, range, skip)))
        {
            if (file.Symbol is { } symbol && file.HoldsOneDay) found.Add(new SymbolDay(symbol, file.Days.From, file.RowCount, new LakeFiles([file])));
            else mixed.Add(file);
        }

        foreach (var group in mixed.GroupBy(file => (file.Symbol, file.Days, file.IsForeign))) Look([.. group], group.Key.Days, wanted, range, found, cancellationToken);
        found.RemoveAll(day => skip.Contains(day.Date));
        found.Sort((one, other) => one.Date != other.Date ? one.Date.CompareTo(other.Date) : string.CompareOrdinal(one.Symbol, other.Symbol));
        return Unite(found);
    }

    /// <summary>The newest day with rows.</summary>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Null when the dataset is empty.</returns>
    internal DateOnly? NewestDay(CancellationToken cancellationToken)
    {
        if (snapshot.Files.Count == 0) return null;
        var known = snapshot.Files.Where(file => file.HoldsOneDay).Select(file => (DateOnly?)file.Days.To).Max();
        var open = snapshot.Files.Where(file => !file.HoldsOneDay && (known is null || file.TimeDays.To > known)).ToList();
        if (open.Count == 0) return known;
        var last = open.Max(file => file.TimeDays.To);
        // Of own files the last period has the newest day; what others wrote may lie anywhere in its bounds.
        var newest = open.Exists(file => file.IsForeign) ? open : open.FindAll(file => file.TimeDays.To == last);
        using var connection = database.Connect();
        using var result = connection.Query(HotLakeSql.NewestDay(snapshot.Dataset, Sources(newest, connection, cancellationToken)), cancellationToken);
        DateOnly? found = result.Read() && !result.Chunk.Column(0).IsNull(0) ? EpochDay.ToDate(result.Chunk.Column(0).Values<int>()[0]) : null;
        return known > found || found is null ? known : found;
    }

    /// <summary>The last days with rows.</summary>
    /// <param name="last">The day to count back from; it may have no rows itself.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>In order; fewer when the lake has no more.</returns>
    internal IReadOnlyList<DateOnly> LastDays(DateOnly last, int count, CancellationToken cancellationToken)
    {
        var files = snapshot.Files.Where(file => file.TimeDays.From <= last).ToLookup(file => file.HoldsOneDay);
        var days = new SortedSet<DateOnly>(files[true].Select(file => file.Days.From));
        using var connection = database.Connect();
        foreach (var group in files[false].GroupBy(file => file.TimeDays).OrderByDescending(group => group.Key.To))
        {
            // What ends before the days that were found cannot add to them.
            if (days.Count >= count && group.Key.To < days.Reverse().ElementAt(count - 1)) break;
            using var result = connection.Query(HotLakeSql.NewestDays(snapshot.Dataset, Sources(group, connection, cancellationToken), last, count), cancellationToken);
            while (result.Read()) days.UnionWith(result.Chunk.Column(0).Values<int>().ToArray().Select(EpochDay.ToDate));
        }

        return [.. days.TakeLast(count)];
    }

    /// <summary>The fingerprint of all files of a day, whatever symbols they hold.</summary>
    /// <param name="date">The day.</param>
    internal long DayFingerprint(DateOnly date) => LakeFiles.Of(snapshot.Files.Where(file => file.TimeDays.Contains(date)));

    /// <summary>Says that a symbol is not in the lake, with the names that come close.</summary>
    /// <param name="symbol">The symbol.</param>
    /// <param name="cancellationToken">Stops.</param>
    internal StoreException Unknown(string symbol, CancellationToken cancellationToken)
    {
        var known = Symbols(cancellationToken);
        var near = known
            .Select(name => (Name: name, Distance: Distance(symbol.ToUpperInvariant(), name.ToUpperInvariant())))
            .Where(one => one.Distance <= (symbol.Length + 1) / 2)
            .OrderBy(one => one.Distance).ThenBy(one => one.Name, StringComparer.Ordinal)
            .Take(SimilarMax).Select(one => one.Name).ToList();
        var hint = near.Count > 0 ? $"Did you mean {string.Join(" or ", near)}?" : $"It has {known.Count} symbols{(known.Count > 0 ? $", such as {string.Join(", ", known.Take(SimilarMax))}" : "")}.";
        return new StoreException(StoreErrorKind.Usage, $"{snapshot.Dataset.Name}: the lake has no symbol '{symbol}'. {hint}");
    }

    /// <summary>Says that a range is empty, with the days that the lake has.</summary>
    /// <param name="symbols">The symbols; null for all.</param>
    /// <param name="range">The days.</param>
    /// <param name="cancellationToken">Stops.</param>
    internal StoreException Empty(IReadOnlyCollection<string>? symbols, DateRange range, CancellationToken cancellationToken)
    {
        var days = Find(symbols, new DateRange(DateOnly.MinValue, DateOnly.MaxValue), new HashSet<DateOnly>(), cancellationToken);
        var who = symbols is null ? "any symbol" : string.Join(", ", symbols.Take(5)) + (symbols.Count > 5 ? ", ..." : "");
        var has = days.Count == 0 ? "It has no rows at all." : $"It has {new DateRange(days[0].Date, days[^1].Date)}.";
        return new StoreException(StoreErrorKind.SourceData, $"{snapshot.Dataset.Name}: the lake has no rows of {who} in {range}. {has}");
    }

    /// <summary>All symbols, sorted.</summary>
    /// <param name="cancellationToken">Stops.</param>
    internal IReadOnlyList<string> Symbols(CancellationToken cancellationToken)
    {
        var symbols = snapshot.Files.Where(file => file.Symbol is not null).Select(file => file.Symbol!).ToHashSet(StringComparer.Ordinal);
        var mixed = snapshot.Files.Where(file => file.Symbol is null).ToList();
        if (mixed.Count > 0)
        {
            using var connection = database.Connect();
            using var result = connection.Query(HotLakeSql.Symbols(snapshot.Dataset, Sources(mixed, connection, cancellationToken), onlySymbols: null), cancellationToken);
            while (result.Read())
            {
                for (var row = 0; row < result.Chunk.RowCount; row++) symbols.Add(Text(result.Chunk.Column(0), row));
            }
        }

        return [.. symbols.Order(StringComparer.Ordinal)];
    }

    private static bool IsWanted(DataFile file, HashSet<string>? symbols, DateRange range, IReadOnlySet<DateOnly> skip)
    {
        if (!file.TimeDays.Overlaps(range) || (file.Symbol is not null && symbols is not null && !symbols.Contains(file.Symbol))) return false;
        if (skip.Count == 0) return true;
        var days = new DateRange(file.TimeDays.From > range.From ? file.TimeDays.From : range.From, file.TimeDays.To < range.To ? file.TimeDays.To : range.To);
        return !days.Days.All(skip.Contains);
    }

    /// <summary>Makes one of the symbol-days that lie in several files, of one kind or (after a change of layout was interrupted, say) of several.</summary>
    /// <param name="days">In order.</param>
    private static List<SymbolDay> Unite(List<SymbolDay> days)
    {
        var united = 0;
        for (int first = 0, end; first < days.Count; first = end)
        {
            var day = days[first];
            for (end = first + 1; end < days.Count && (days[end].Date, days[end].Symbol) == (day.Date, day.Symbol); end++)
            {
            }

            if (end > first + 1)
            {
                var same = days[first..end];
                day = new SymbolDay(day.Symbol, day.Date, same.Sum(one => one.RowCount), new LakeFiles(same.SelectMany(one => one.Files)));
            }

            days[united++] = day;
        }

        days.RemoveRange(united, days.Count - united);
        return days;
    }

    private void Look(List<DataFile> files, DateRange days, HashSet<string>? wanted, DateRange range, List<SymbolDay> found, CancellationToken cancellationToken)
    {
        var source = new LakeFiles(files);
        var oneDay = files.TrueForAll(file => file.HoldsOneDay);
        using var connection = database.Connect();
        var sources = Sources(files, connection, cancellationToken);
        var sql = oneDay ? HotLakeSql.Symbols(snapshot.Dataset, sources, wanted) : HotLakeSql.Contents(snapshot.Dataset, sources, range, wanted);
        using var result = connection.Query(sql, cancellationToken);
        while (result.Read())
        {
            var symbols = result.Chunk.Column(0);
            var counts = result.Chunk.Column(oneDay ? 1 : 2).Values<long>();
            for (var row = 0; row < counts.Length; row++)
            {
                var date = oneDay ? days.From : EpochDay.ToDate(result.Chunk.Column(1).Values<int>()[row]);
                found.Add(new SymbolDay(_symbols.Share(Text(symbols, row)), date, counts[row], source));
            }
        }
    }

    private IReadOnlyList<RowSource> Sources(IEnumerable<DataFile> files, DuckDbConnection connection, CancellationToken cancellationToken) =>
        RowSource.Of(snapshot, files, connection, cancellationToken);

    private static string Text(DuckDbVector vector, int row) => vector.IsNull(row) ? "" : System.Text.Encoding.UTF8.GetString(vector.Bytes(row));

    /// <summary>How many letters to change, add or leave out to make one name the other.</summary>
    private static int Distance(string left, string right)
    {
        var previous = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var current = new int[right.Length + 1];
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1));
            }

            previous = current;
        }

        return previous[^1];
    }
}
