using System.Text;
using HybridStore.Lake;
using HybridStore.Lake.Foreign;
using HybridStore.Native.DuckDb;
using HybridStore.Query;
using HybridStore.Schema;

namespace HybridStore.Derive;

/// <summary>Computes a derived dataset's rows, a range of days at a time, and writes them.</summary>
/// <remarks>Confined to the two datasets' folders, so that a statement of the user's reads nothing else. Not thread-safe.</remarks>
internal sealed class DeriveEngine : IDisposable
{
    private readonly LakeSnapshot _source;
    private readonly Derivation _derivation;
    private readonly Reduction? _reduction;
    private readonly DuckDbDatabase _database;
    private readonly DuckDbConnection _connection;
    private static readonly string[] WholeNumbers =
        ["HUGEINT", "UBIGINT", "BIGINT", "UINTEGER", "INTEGER", "USMALLINT", "SMALLINT", "UTINYINT", "TINYINT"];

    private bool _isOrdered;

    /// <param name="source">What is computed from.</param>
    /// <param name="derivation">How.</param>
    /// <param name="folder">The derived dataset's folder.</param>
    /// <param name="spillFolder">For what does not fit into memory.</param>
    /// <param name="limits">Memory and threads.</param>
    internal DeriveEngine(LakeSnapshot source, Derivation derivation, string folder, string spillFolder, QueryOptions limits)
    {
        _source = source;
        _derivation = derivation;
        _reduction = derivation.Reduction is { } name ? Reduction.Find(name) ?? throw Unknown(name) : null;
        _database = BoundedDatabase.Open(limits.ThreadsMax, limits.MemoryBytesMax, spillFolder);
        _connection = _database.Connect();
        _connection.Execute(QuerySql.Confine([source.Folder, folder], limits));
    }

    /// <summary>Whether the statement looks at a whole day, all symbols together.</summary>
    internal bool IsByDay => _reduction is null;

    internal int DaysBefore => _reduction?.DaysBefore ?? 0;

    /// <summary>What the derived dataset will be, in the source's layout.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Interrupts.</param>
    /// <exception cref="StoreException">Usage: the statement is wrong, or its columns make no dataset.</exception>
    internal Dataset Describe(string name, CancellationToken cancellationToken)
    {
        if (_derivation.Sql is { } sql) Check(sql);
        ShowNothing();
        var found = new List<(string Name, string Type)>();
        Run(() =>
        {
            using var result = _connection.Query(DeriveSql.Describe(_derivation.Sql ?? DeriveSql.Reduce(_reduction!, _derivation, null)), cancellationToken);
            while (result.Read())
            {
                for (var row = 0; row < result.Chunk.RowCount; row++) found.Add((Encoding.UTF8.GetString(result.Chunk.Column(0).Bytes(row)), Encoding.UTF8.GetString(result.Chunk.Column(1).Bytes(row))));
            }
        });
        var source = _source.Dataset;
        _isOrdered = TakeOrder(name, found);
        var symbol = Choose("symbol", source.SymbolColumn, Dataset.SymbolAlias);
        var time = Choose("time", source.TimeColumn, "time");
        found.RemoveAll(column => (column.Name.Equals(Dataset.DateColumn, StringComparison.OrdinalIgnoreCase) && column.Name != time) || (column.Name.Equals(Dataset.SymbolAlias, StringComparison.OrdinalIgnoreCase) && column.Name != symbol));
        return new Dataset
        {
            Name = name,
            Columns = [.. found.Select(column => new Column(column.Name.ToLowerInvariant(), StoredType.Of(column.Type) ?? throw new StoreException(
                StoreErrorKind.Usage, $"{name}: column '{column.Name}' has the type {column.Type}, which a dataset cannot hold. Cast it in the statement.")))],
            SymbolColumn = symbol.ToLowerInvariant(),
            TimeColumn = time.ToLowerInvariant(),
            TimeZone = source.TimeZone,
            Partitioning = source.Partitioning,
            Derivation = _derivation,
        };

        string Choose(string role, params string[] names) => names.Select(wanted => found.Find(column => column.Name.Equals(wanted, StringComparison.OrdinalIgnoreCase)).Name).FirstOrDefault(column => column is not null)
            ?? throw new StoreException(StoreErrorKind.Usage, $"{name}: the statement must give a {role} column named {string.Join(" or ", names.Distinct())}; it gives {string.Join(", ", found.Select(column => column.Name))}.");
    }

    /// <summary>
    /// Takes the column that orders rows of one time out of the result; where the source has a column of its own by that name, a
    /// statement gives that one.
    /// </summary>
    /// <returns>Whether there is one.</returns>
    private bool TakeOrder(string name, List<(string Name, string Type)> found)
    {
        if (_reduction is null && _source.Dataset.Find(DeriveSql.OrderColumn) is not null) return false;
        if (found.Find(column => column.Name == DeriveSql.OrderColumn) is not { Name: not null } order) return false;
        if (!WholeNumbers.Contains(order.Type))
        {
            throw new StoreException(
                StoreErrorKind.Usage,
                $"{name}: '{DeriveSql.OrderColumn}' orders rows of one time and is no column of the result: expected a whole number, "
                + $"found {order.Type}. Call the column otherwise.");
        }

        return found.Remove(order);
    }

    /// <summary>Computes the rows of some days.</summary>
    /// <param name="dataset">The derived dataset.</param>
    /// <param name="work">What in those days is to be computed.</param>
    /// <param name="cancellationToken">Interrupts.</param>
    /// <returns>The symbols that have rows, where the layout is by symbol; otherwise a null when there are rows.</returns>
    internal IReadOnlyList<string?> Compute(Dataset dataset, DeriveWork work, CancellationToken cancellationToken)
    {
        var files = _source.Files.Where(file => work.Touches(file, DaysBefore)).ToList();
        Run(() =>
        {
            _connection.Execute(DeriveSql.CreateResult(dataset), cancellationToken);
            _connection.Execute(DeriveSql.CreateChanged(work), cancellationToken);
            if (files.Count == 0) return;
            if (IsByDay) ComputeByDay(dataset, work, files, cancellationToken);
            else ComputeAtOnce(dataset, new DateRange(work.Changes.Min(change => change.Days.From), work.Changes.Max(change => change.Days.To)), files, cancellationToken);
        });
        return SymbolsWithRows(dataset, cancellationToken);
    }

    /// <summary>Writes one partition.</summary>
    /// <param name="dataset">The derived dataset.</param>
    /// <param name="target">From <see cref="LakeTransaction.Stage"/>.</param>
    /// <param name="oldFiles">The partition's files.</param>
    /// <param name="isAll">Whether no old row stays.</param>
    /// <param name="cancellationToken">Interrupts.</param>
    /// <returns>Zero rows, and no file, when nothing is left.</returns>
    internal (long RowCount, IReadOnlyList<ColumnStatistics> Statistics) Write(Dataset dataset, StagedFile target, IReadOnlyList<string> oldFiles, bool isAll, CancellationToken cancellationToken)
    {
        (long, IReadOnlyList<ColumnStatistics>) written = (0, []);
        Run(() =>
        {
            if (Number(DeriveSql.CountRows(dataset, target.Symbol, oldFiles, !isAll), cancellationToken) == 0) return;
            written = ParquetCopy.Run(
                _connection, dataset, encoding => DeriveSql.Write(dataset, target.Symbol, oldFiles, !isAll, _isOrdered, target.StagingPath, encoding), cancellationToken);
        });
        return written;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _connection.Dispose();
        _database.Dispose();
    }

    private void ComputeAtOnce(Dataset dataset, DateRange range, List<DataFile> files, CancellationToken cancellationToken)
    {
        _connection.Execute(QuerySql.CreateTickViews(_source, Sources(files, cancellationToken)), cancellationToken);
        _connection.Execute(DeriveSql.InsertResult(dataset, DeriveSql.Reduce(_reduction!, _derivation, range), _isOrdered, onlyChanged: true, day: null), cancellationToken);
    }

    private void ComputeByDay(Dataset dataset, DeriveWork work, List<DataFile> files, CancellationToken cancellationToken)
    {
        var all = _source with { Dataset = _source.Dataset with { Name = DeriveSql.AllDays + _source.Dataset.Name } };
        foreach (var day in work.Changes.SelectMany(change => change.Days.Days).Distinct().Order())
        {
            var ofDay = files.Where(file => file.Days.Contains(day)).ToList();
            if (ofDay.Count == 0) continue;
            var sources = Sources(ofDay, cancellationToken);
            _connection.Execute(QuerySql.CreateView(all, sources) + "; " + QuerySql.CreateTickViews(all, sources) + "; " + DeriveSql.ShowDay(_source.Dataset, day), cancellationToken);
            _connection.Execute(DeriveSql.InsertResult(dataset, _derivation.Sql!, _isOrdered, onlyChanged: false, day), cancellationToken);
        }
    }

    private IReadOnlyList<RowSource> Sources(IReadOnlyList<DataFile> files, CancellationToken cancellationToken) => RowSource.Of(_source, files, _connection, cancellationToken);

    private void ShowNothing() => Run(() =>
    {
        foreach (var macro in QueryMacro.All.Where(macro => macro.IsScalar)) _connection.Execute(MacrosSql.Create(macro));
        _connection.Execute(QuerySql.CreateView(_source, []) + "; " + QuerySql.CreateTickViews(_source, []));
        foreach (var macro in QueryMacro.All.Where(macro => !macro.IsScalar)) _connection.Execute(MacrosSql.Create(macro));
    });

    private List<string?> SymbolsWithRows(Dataset dataset, CancellationToken cancellationToken)
    {
        var symbols = new List<string?>();
        using var result = _connection.Query(DeriveSql.Symbols(dataset), cancellationToken);
        while (result.Read())
        {
            for (var row = 0; row < result.Chunk.RowCount; row++) symbols.Add(result.Chunk.Column(0).IsNull(row) ? null : Encoding.UTF8.GetString(result.Chunk.Column(0).Bytes(row)));
        }

        return dataset.Partitioning.IsBySymbol() || symbols.Count == 0 ? symbols : [null];
    }

    private long Number(string sql, CancellationToken cancellationToken)
    {
        using var result = _connection.Query(sql, cancellationToken);
        result.Read();
        return result.Chunk.Column(0).Values<long>()[0];
    }

    /// <summary>A statement of the user's may do what <c>hybrid sql</c> may.</summary>
    private void Check(string sql) => Run(() =>
    {
        QuerySandbox.CheckFunctions(sql);
        QuerySandbox.CheckBeginning(sql);
        using var statements = _connection.Parse(sql);
        if (statements.Count != 1) throw new StoreException(StoreErrorKind.Usage, $"--sql: expected one SELECT statement, found {statements.Count}.");
    });

    private void Run(Action work)
    {
        try
        {
            work();
        }
        catch (DuckDbException error)
        {
            var translated = QueryErrors.Translate(error, _derivation.Sql ?? "", [_source.Dataset.Name]);
            if (translated is not StoreException known) throw translated;
            throw known.Message.Contains(DeriveSql.ElsewhereMark, StringComparison.Ordinal)
                ? new StoreException(StoreErrorKind.Usage, $"--sql: the statement is run for each day by itself, and its rows must lie on that day; {known.Message}", error)
                : new StoreException(known.Kind, known.Message, error);
        }
    }

    private static StoreException Unknown(string reduction) =>
        new(StoreErrorKind.Usage, $"There is no reduction '{reduction}'. {Suggestion.For(reduction, [.. Reduction.All.Select(one => one.Name)])}");
}
