using System.Collections.Concurrent;
using System.Text;
using HybridStore.Lake;
using HybridStore.Native.DuckDb;
using HybridStore.Schema;

namespace HybridStore.Query;

/// <summary>Answers SQL on snapshots of datasets: one view a dataset, read-only and confined to their files.</summary>
/// <remarks>
/// Thread-safe: each statement has its own connection. A dataset is loaded when the first statement names it, and stays at that
/// version for the engine's life. Nothing is done for datasets that no statement names.
/// </remarks>
public sealed class QueryEngine : IDisposable
{
    /// <summary>With fewer files the parse tree costs more than the pruning saves.</summary>
    private const int PrunedFilesMin = 32;

    private readonly DuckDbDatabase _database;
    private readonly string _temporaryFolder;
    private readonly QueryOptions _options;
    private readonly Dictionary<string, Lazy<LakeSnapshot>> _sources;
    private readonly ConcurrentDictionary<(string Folder, string Path), bool> _checkedFiles = new();

    private QueryEngine(DuckDbDatabase database, IReadOnlyList<QuerySource> sources, string temporaryFolder, QueryOptions options)
    {
        _database = database;
        _temporaryFolder = temporaryFolder;
        _options = options;
        _sources = sources.ToDictionary(source => source.Name, source => new Lazy<LakeSnapshot>(source.Load), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Opens an engine.</summary>
    /// <param name="sources">The datasets, each name once.</param>
    /// <param name="options">Limits; null for none of one's own.</param>
    /// <exception cref="StoreException">Environment: DuckDB cannot be loaded or refuses a limit.</exception>
    public static QueryEngine Open(IReadOnlyList<QuerySource> sources, QueryOptions? options = null)
    {
        options ??= new QueryOptions();
        var temporaryFolder = Path.Combine(Path.GetTempPath(), $"hybrid-query-{Guid.NewGuid():N}");
        DuckDbDatabase? database = null;
        try
        {
            database = DuckDbDatabase.Open();
            using var connection = database.Connect();
            connection.Execute(QuerySql.Confine(sources.Select(source => source.Folder), temporaryFolder, options));
            return new QueryEngine(database, sources, temporaryFolder, options);
        }
        catch (Exception exception) when (exception is DuckDbException or DllNotFoundException)
        {
            database?.Dispose();
            throw new StoreException(StoreErrorKind.Environment, $"DuckDB could not start: {exception.Message}", exception);
        }
    }

    /// <summary>Runs one statement that reads.</summary>
    /// <param name="sql">SELECT, also FROM-first, WITH, VALUES, PIVOT, DESCRIBE, SHOW, SUMMARIZE or EXPLAIN; datasets are tables.</param>
    /// <param name="parameters">Values for <c>$name</c> by name, for <c>?</c> and <c>$1</c> by number; see <see cref="DuckDbStatement.Bind"/> for their types.</param>
    /// <param name="cancellationToken">Interrupts, also while the result is read.</param>
    /// <returns>The rows, computed as they are read; dispose it.</returns>
    /// <exception cref="StoreException">Usage: the statement is wrong or not allowed. CorruptStore: a file is damaged or missing. Environment: out of memory.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public QueryReader Run(string sql, IReadOnlyDictionary<string, object?>? parameters = null, CancellationToken cancellationToken = default)
    {
        var values = parameters ?? new Dictionary<string, object?>();
        return new QueryReader(Begin(), Begin, exception => Translate(exception, sql));

        QueryRun Begin() => Retry(sql, () => Start(sql, values, cancellationToken));
    }

    /// <summary>Runs one statement that reads, and writes its rows to <see cref="QueryOptions.OutputPath"/> as Parquet.</summary>
    /// <inheritdoc cref="Run"/>
    /// <returns>How many rows there were.</returns>
    public long WriteParquet(string sql, IReadOnlyDictionary<string, object?>? parameters = null, CancellationToken cancellationToken = default)
    {
        var path = _options.OutputPath ?? throw new InvalidOperationException("The engine was opened without an OutputPath.");
        var values = parameters ?? new Dictionary<string, object?>();
        return Retry(sql, () =>
        {
            using var connection = _database.Connect();
            Prepare(connection, sql, values, cancellationToken).Dispose(); // Checks it, and makes the views.
            using var statements = connection.Parse(QuerySql.CopyParquet(sql, path));
            if (statements.Count > 1) throw new StoreException(StoreErrorKind.Usage, "A PIVOT that finds its columns itself cannot be written as Parquet. List them: ON column IN (...).");
            using var copy = statements.Prepare(0);
            Bind(copy, values);
            using var result = copy.Execute(cancellationToken);
            return result.RowsChanged;
        });
    }

    /// <summary>Reads rows of symbols in one order of time, without copying them.</summary>
    /// <param name="request">Which.</param>
    /// <param name="cancellationToken">Interrupts, also while rows are read.</param>
    /// <returns>The rows; dispose it.</returns>
    /// <exception cref="StoreException">Usage: there is no such dataset or column. Otherwise as <see cref="Run"/>.</exception>
    public ScanReader Scan(ScanRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(request.Symbols.Count, ScanRequest.SymbolsMax, nameof(request));
        if (!_sources.TryGetValue(request.Dataset, out var source)) throw new StoreException(StoreErrorKind.Usage, $"There is no dataset '{request.Dataset}'. {Suggestion.For(request.Dataset, _sources.Keys)}");
        var snapshot = source.Value;
        var columns = request.Columns.Select(name => snapshot.Dataset.Find(name)
            ?? throw new StoreException(StoreErrorKind.Usage, $"Dataset '{request.Dataset}' has no column '{name}'. {Suggestion.For(name, [.. snapshot.Dataset.Columns.Select(column => column.Name)])}")).ToList();
        var days = new DateRange(request.From ?? DateOnly.MinValue, request.To ?? DateOnly.MaxValue);
        var streams = new List<ScanStream>();
        try
        {
            foreach (var symbol in request.Symbols)
            {
                var parameters = new Dictionary<string, object?> { ["symbol"] = symbol, ["from"] = days.From, ["to"] = days.To };
                streams.Add(new ScanStream(Run(QuerySql.Scan(snapshot.Dataset, columns, IsInTimeOrder(snapshot, symbol, days)), parameters, cancellationToken)));
            }

            return new ScanReader(request.Symbols, [.. streams]);
        }
        catch
        {
            foreach (var stream in streams) stream.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _database.Dispose();
        if (Directory.Exists(_temporaryFolder)) Directory.Delete(_temporaryFolder, recursive: true);
    }

    /// <summary>Files are sorted inside, and listed by date: only a day with several files of a symbol needs sorting.</summary>
    private static bool IsInTimeOrder(LakeSnapshot snapshot, string symbol, DateRange days)
    {
        var ranges = snapshot.Files.Where(file => (file.Symbol is null || file.Symbol == symbol) && file.Days.Overlaps(days)).Select(file => file.Days).ToList();
        return ranges.Zip(ranges.Skip(1)).All(pair => pair.First.To < pair.Second.From);
    }

    /// <summary>Again when a file left the tree after it was looked up: it is found where it is kept, at the same version.</summary>
    private T Retry<T>(string sql, Func<T> work)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return work();
            }
            catch (DuckDbException lost) when (attempt < QueryReader.AttemptsMax && QueryErrors.IsMissingFile(lost))
            {
                // Others may leave while these are looked up; but each leaves only once, ever.
            }
            catch (DuckDbException exception)
            {
                throw Translate(exception, sql);
            }
        }
    }

    private QueryRun Start(string sql, IReadOnlyDictionary<string, object?> parameters, CancellationToken cancellationToken)
    {
        DuckDbStatement? statement = null;
        var connection = _database.Connect();
        try
        {
            statement = Prepare(connection, sql, parameters, cancellationToken);
            return new QueryRun(connection, statement, statement.ExecuteStreaming(cancellationToken));
        }
        catch
        {
            statement?.Dispose();
            connection.Dispose();
            throw;
        }
    }

    private DuckDbStatement Prepare(DuckDbConnection connection, string sql, IReadOnlyDictionary<string, object?> parameters, CancellationToken cancellationToken)
    {
        QuerySandbox.CheckFunctions(sql);
        CreateViews(connection, NamedSources(sql), sql, parameters, cancellationToken);
        var statement = PrepareChecked(connection, sql, cancellationToken);
        try
        {
            Bind(statement, parameters);
            return statement;
        }
        catch
        {
            statement.Dispose();
            throw;
        }
    }

    private static DuckDbStatement PrepareChecked(DuckDbConnection connection, string sql, CancellationToken cancellationToken)
    {
        var explained = QuerySandbox.CheckBeginning(sql);
        using var statements = connection.Parse(sql);
        if (statements.Count == 0) throw new StoreException(StoreErrorKind.Usage, "There is no SQL statement to run.");
        if (statements.Count > 1 && !QuerySandbox.IsOnePivot(sql))
        {
            throw new StoreException(StoreErrorKind.Usage, $"Expected one SQL statement, found {statements.Count}. Run them one by one.");
        }

        if (explained is not null)
        {
            // EXPLAIN ANALYZE runs what it explains.
            using var inner = connection.Prepare(explained);
            QuerySandbox.CheckKind(inner.Kind);
        }

        var statement = PrepareLast(statements, cancellationToken);
        try
        {
            QuerySandbox.CheckKind(statement.Kind);
            return statement;
        }
        catch
        {
            statement.Dispose();
            throw;
        }
    }

    /// <summary>DuckDB makes several statements of a PIVOT that finds its columns itself: types that list them, then the query.</summary>
    private static DuckDbStatement PrepareLast(DuckDbStatementList statements, CancellationToken cancellationToken)
    {
        for (var index = 0; index < statements.Count - 1; index++)
        {
            using var type = statements.Prepare(index);
            if (type.Kind != DuckDbStatementKind.Create) QuerySandbox.CheckKind(type.Kind);
            type.Execute(cancellationToken).Dispose();
        }

        return statements.Prepare(statements.Count - 1);
    }

    /// <summary>The datasets whose names stand anywhere in the text; all of them when it looks at the catalog.</summary>
    private List<string> NamedSources(string sql)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var lookup = _sources.GetAlternateLookup<ReadOnlySpan<char>>();
        var words = new SqlWords(sql);
        while (words.MoveNext())
        {
            if (lookup.TryGetValue(words.Current, out var name, out _)) names.Add(name);
            else if (QuerySandbox.IsCatalogWord(words.Current)) return [.. _sources.Keys];
        }

        return [.. names];
    }

    private void CreateViews(DuckDbConnection connection, List<string> names, string sql, IReadOnlyDictionary<string, object?> parameters, CancellationToken cancellationToken)
    {
        var macros = NamedMacros(sql);
        var snapshots = names.ToDictionary(name => name, name => _sources[name].Value, StringComparer.OrdinalIgnoreCase);
        var files = snapshots.Values.Sum(snapshot => snapshot.Files.Count) >= PrunedFilesMin && ParseTree(connection, sql) is { } tree
            ? FilePruner.Prune(tree, snapshots, parameters)
            : snapshots.ToDictionary(snapshot => snapshot.Key, snapshot => snapshot.Value.Files, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, snapshot) in snapshots)
        {
            if (_options.ChecksFiles) CheckFiles(snapshot, macros.Count > 0 ? snapshot.Files : files[name], cancellationToken);
            connection.Execute(QuerySql.CreateView(snapshot, files[name]), cancellationToken);
        }

        if (macros.Count == 0) return;
        // The functions look at whole datasets: what a WHERE clause beside them rules out, they may still need.
        foreach (var snapshot in snapshots.Values) connection.Execute(QuerySql.CreateTickViews(snapshot, snapshot.Files), cancellationToken);
        foreach (var macro in macros) connection.Execute(MacrosSql.Create(macro), cancellationToken);
    }

    /// <summary>Each file once: it does not change while its name stays.</summary>
    private void CheckFiles(LakeSnapshot snapshot, IReadOnlyList<DataFile> files, CancellationToken cancellationToken)
    {
        foreach (var file in files)
        {
            if (_checkedFiles.ContainsKey((snapshot.Folder, file.Path))) continue;
            snapshot.RequireIntact([file], cancellationToken);
            _checkedFiles[(snapshot.Folder, file.Path)] = true;
        }
    }

    /// <summary>The functions whose names stand anywhere in the text, and those that they use.</summary>
    private static List<QueryMacro> NamedMacros(string sql)
    {
        var named = QueryMacro.All.Where(macro => sql.Contains(macro.Name, StringComparison.OrdinalIgnoreCase)).ToHashSet();
        for (var before = -1; before < named.Count;)
        {
            before = named.Count;
            named.UnionWith(QueryMacro.All.Where(macro => named.Any(user => user.Body.Contains(macro.Name + "(", StringComparison.Ordinal))).ToList());
        }

        return [.. QueryMacro.All.Where(named.Contains)]; // In their order a function comes after those that it uses.
    }

    /// <summary>Null when the text is no plain SELECT, such as a PIVOT or an EXPLAIN, or does not parse.</summary>
    private static string? ParseTree(DuckDbConnection connection, string sql)
    {
        using var result = connection.Query(QuerySql.ParseTree(sql));
        if (!result.Read()) return null;
        var tree = Encoding.UTF8.GetString(result.Chunk.Column(0).Bytes(0));
        return tree.StartsWith("{\"error\":false", StringComparison.Ordinal) ? tree : null;
    }

    private static void Bind(DuckDbStatement statement, IReadOnlyDictionary<string, object?> parameters)
    {
        for (var index = 1; index <= statement.ParameterCount; index++)
        {
            var name = statement.ParameterName(index);
            if (!parameters.TryGetValue(name, out var value))
            {
                throw new StoreException(StoreErrorKind.Usage, $"The statement's parameter ${name} has no value. Give one with --param {name}=VALUE.");
            }

            statement.Bind(index, value);
        }
    }

    private Exception Translate(DuckDbException exception, string sql)
    {
        if (QueryErrors.IsMissingFile(exception) && _sources.Values.Any(source => source.IsValueCreated && source.Value.HasMoved()))
        {
            return new StoreException(
                StoreErrorKind.Environment, "Another program compacted or replaced files of the lake while the statement was giving its rows, and files that it had yet to open left. Run it again.", exception);
        }

        return QueryErrors.Translate(exception, sql, [.. _sources.Keys]);
    }
}
