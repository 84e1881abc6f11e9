using System.Collections.Concurrent;
using System.Text;
using DuckDB.NET.Native;
using HybridStore.Lake;
using HybridStore.Lake.Foreign;
using HybridStore.Native.DuckDb;
using HybridStore.Query.Arrow;

namespace HybridStore.Query;

/// <summary>Answers SQL on snapshots of datasets: one view a dataset, read-only and confined to their files.</summary>
/// <remarks>
/// Thread-safe: each statement has its own connection. A dataset is loaded when the first statement names it, and stays at that
/// version for the engine's life. Nothing is done for datasets that no statement names.
/// </remarks>
public sealed partial class QueryEngine : IDisposable
{
    /// <summary>With fewer files the parse tree costs more than the pruning saves: 1 ms for it and a view of its own.</summary>
    private const int PrunedFilesMin = 32;

    /// <summary>The same for statements that name the time: DuckDB opens each file, in 0.1 ms, to see its times, while symbols and dates stand in the names of the folders.</summary>
    private const int PrunedByTimeFilesMin = 16;

    /// <summary>Before a file that cannot be found where the lake says is called missing.</summary>
    private const int AttemptsMax = 16;

    private readonly DuckDbDatabase _database;
    private readonly QueryOptions _options;
    private readonly Dictionary<string, Lazy<LakeSnapshot>> _sources;
    private readonly ConcurrentDictionary<string, DataFile> _checkedFiles = new();
    private readonly WholeViews _wholeViews;
    private int _holds = 1;
    private bool _isDisposed;

    private QueryEngine(DuckDbDatabase database, IReadOnlyList<QuerySource> sources, QueryOptions options)
    {
        _database = database;
        _options = options;
        _wholeViews = new WholeViews(database);
        _sources = sources.ToDictionary(source => source.Name, source => new Lazy<LakeSnapshot>(source.Load), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Opens an engine.</summary>
    /// <param name="sources">The datasets, each name once.</param>
    /// <param name="options">Limits; null for none of one's own.</param>
    /// <exception cref="StoreException">Environment: DuckDB cannot be loaded or refuses a limit.</exception>
    public static QueryEngine Open(IReadOnlyList<QuerySource> sources, QueryOptions? options = null)
    {
        options ??= new QueryOptions();
        DuckDbDatabase? database = null;
        try
        {
            var memoryBytes = options.MemoryBytesMax ?? BoundedDatabase.StatementMemoryBytes;
            database = BoundedDatabase.Open(options.ThreadsMax ?? Environment.ProcessorCount, memoryBytes);
            using var connection = database.Connect();
            connection.Execute(QuerySql.Confine(sources.Select(source => source.Folder), options));
            return new QueryEngine(database, sources, options);
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
    public QueryReader Run(string sql, IReadOnlyDictionary<string, object?>? parameters = null, CancellationToken cancellationToken = default) =>
        RunOwned(sql, parameters, owned: null, cancellationToken);

    /// <summary>Runs one statement that reads, and gives its rows as Arrow record batches.</summary>
    /// <inheritdoc cref="Run"/>
    /// <exception cref="StoreException">As for <see cref="Run"/>; Usage, too: a column's type has no exact Arrow type.</exception>
    public ArrowReader RunArrow(string sql, IReadOnlyDictionary<string, object?>? parameters = null, CancellationToken cancellationToken = default) =>
        new(Run(sql, parameters, cancellationToken));

    internal QueryReader RunOwned(string sql, IReadOnlyDictionary<string, object?>? parameters, IDisposable? owned, CancellationToken cancellationToken)
    {
        var values = parameters ?? new Dictionary<string, object?>();
        return WhileFilesMove(() => Start(connection => Prepare(connection, sql, values, cancellationToken), sql, sorter: null, owned, cancellationToken));
    }

    /// <summary>Refuses new statements, and frees all when the last open reader is disposed.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, true)) return;
        Release();
    }

    /// <summary>Runs a statement up to its first rows, which all files that are read before them must be there for.</summary>
    private QueryReader Start(Func<DuckDbConnection, DuckDbStatement> prepare, string sql, RowSorter? sorter, IDisposable? owned, CancellationToken cancellationToken)
    {
        DuckDbStatement? statement = null;
        QueryReader? reader = null;
        var connection = Connect();
        try
        {
            statement = prepare(connection);
            reader = new QueryReader(connection, statement, statement.ExecuteStreaming(cancellationToken), sorter, exception => Translate(exception, sql));
            reader.ReadAhead();
            reader.Owned = owned;
            reader.Hold = new ReaderHold(this);
            return reader;
        }
        catch (Exception exception)
        {
            reader?.Dispose();
            statement?.Dispose();
            connection.Dispose();
            if (exception is DuckDbException native) throw Translate(native, sql);
            throw;
        }
    }

    /// <summary>Opens files, and again when another process moved one in between: a commit that replaces a file moves it, see FORMAT.md.</summary>
    /// <param name="open">Looks where the files are, and opens them.</param>
    private static T WhileFilesMove<T>(Func<T> open)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return open();
            }
            catch (StoreException exception) when (attempt < AttemptsMax && QueryErrors.IsMissingFile(exception))
            {
            }
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
            if (type.Kind != DuckDBStatementType.Create) QuerySandbox.CheckKind(type.Kind);
            type.Execute(cancellationToken).Dispose();
        }

        return statements.Prepare(statements.Count - 1);
    }

    /// <summary>The datasets whose names stand anywhere in the text; all of them when it looks at the catalog.</summary>
    private List<string> NamedSources(string sql)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var words = new SqlWords(sql);
        while (words.MoveNext())
        {
            var word = words.Current.ToString();
            if (_sources.ContainsKey(word)) names.Add(word);
            else if (QuerySandbox.IsCatalogWord(word)) return [.. _sources.Keys];
        }

        return [.. names];
    }

    private void CreateViews(DuckDbConnection connection, List<string> names, string sql, IReadOnlyDictionary<string, object?> parameters, CancellationToken cancellationToken)
    {
        var macros = NamedMacros(sql);
        if (names.Count == 0 && macros.Count == 0) return;
        var snapshots = names.ToDictionary(name => name, name => _sources[name].Value, StringComparer.OrdinalIgnoreCase);
        var fileCount = 0;
        foreach (var snapshot in snapshots.Values) fileCount += snapshot.Files.Count;
        var isPruned = fileCount >= PrunedFilesMin
            || (fileCount >= PrunedByTimeFilesMin && snapshots.Values.Any(snapshot => sql.Contains(snapshot.Dataset.TimeColumn, StringComparison.OrdinalIgnoreCase)));
        var needed = isPruned && ParseTree(connection, sql) is { } tree ? FilePruner.Prune(tree, snapshots, parameters) : null;
        foreach (var (name, snapshot) in snapshots)
        {
            var files = needed?[name] ?? new NeededFiles(snapshot.Files, snapshot.Files);
            CheckFiles(snapshot, files.Named, cancellationToken);
            // A view over all files is made once: DuckDB looks at every one of them to make it, and again whenever it is asked.
            if (files.Named.Count < snapshot.Files.Count || !snapshot.IsNewest()) connection.Execute(QuerySql.CreateView(snapshot, RowSource.Of(snapshot, files.Named, connection, cancellationToken)), cancellationToken);
            else _wholeViews.Require(snapshot, cancellationToken);
            if (macros.Count == 0) continue;
            CheckFiles(snapshot, files.Called, cancellationToken);
            connection.Execute(QuerySql.CreateTickViews(snapshot, RowSource.Of(snapshot, files.Called, connection, cancellationToken)), cancellationToken);
        }

        foreach (var macro in macros) connection.Execute(MacrosSql.Create(macro), cancellationToken);
    }

    /// <summary>Where it is asked for: each file once, because it does not change while its name stays.</summary>
    private void CheckFiles(LakeSnapshot snapshot, IEnumerable<DataFile> files, CancellationToken cancellationToken)
    {
        if (!_options.ChecksFiles) return;
        foreach (var file in files)
        {
            var path = Path.Combine(snapshot.Folder, file.Path);
            if (_checkedFiles.ContainsKey(path)) continue;
            snapshot.RequireIntact([file], cancellationToken);
            _checkedFiles[path] = file;
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

    /// <exception cref="ObjectDisposedException">The engine was disposed.</exception>
    private DuckDbConnection Connect()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _database.Connect();
    }

    private void Release()
    {
        if (Interlocked.Decrement(ref _holds) > 0) return;
        _database.Dispose();
    }

    private Exception Translate(DuckDbException exception, string sql) => QueryErrors.Translate(exception, sql, [.. _sources.Keys]);

    /// <summary>What a reader holds, so that rows which DuckDB put on the disk stay there until they are read.</summary>
    private sealed class ReaderHold : IDisposable
    {
        private QueryEngine? _engine;

        internal ReaderHold(QueryEngine engine)
        {
            _engine = engine;
            Interlocked.Increment(ref engine._holds);
        }

        public void Dispose() => Interlocked.Exchange(ref _engine, null)?.Release();
    }
}
