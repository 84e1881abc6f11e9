using System.Text;
using HybridStore.Lake.Foreign;
using HybridStore.Native.DuckDb;
using HybridStore.Native.Posix;
using HybridStore.Native.Zones;
using HybridStore.Schema;

namespace HybridStore.Lake;

/// <summary>Reads every value of a data file and compares it with what the log says.</summary>
/// <remarks>Only files whose checksum is right are opened: DuckDB need not survive damaged ones. Not thread-safe.</remarks>
internal sealed class DataFileVerifier : IDisposable
{
    private const string Restore = "Restore it from a backup, or remove the rows and ingest their source again.";
    private const string Rewrite = "The program that wrote the file is wrong: remove the rows and ingest their source again.";

    private readonly Dataset _dataset;
    private readonly bool _widensTypes;
    private DuckDbDatabase? _database;
    private DuckDbConnection? _connection;

    /// <param name="dataset">Whose files.</param>
    /// <param name="widensTypes">As <see cref="DeltaProtocol.WidensTypes"/>.</param>
    internal DataFileVerifier(Dataset dataset, bool widensTypes = false)
    {
        _dataset = dataset;
        _widensTypes = widensTypes;
    }

    private DuckDbConnection Connection
    {
        get
        {
            // One thread gives the rows in the order in which they stand.
            _database ??= BoundedDatabase.Open(threads: 1);
            if (_connection is not null) return _connection;
            _connection = _database.Connect();
            _connection.Execute(LakeSql.DisbelieveStatistics);
            return _connection;
        }
    }

    /// <summary>The first thing that is wrong with a file, or null.</summary>
    internal LakeProblem? Check(string path, DataFile file, CancellationToken cancellationToken)
    {
        if (file.Checksum != 0 && ParquetFile.Hash(path) is var checksum && checksum != file.Checksum)
        {
            return new LakeProblem(path, $"expected the checksum {file.Checksum:x16}, found {checksum:x16}: its bytes changed since the commit", Restore);
        }

        try
        {
            return file.IsForeign || _widensTypes
                ? CheckByShape(path, file, ForeignUse.Look, cancellationToken) ?? (file.IsForeign ? null : CheckOrder(path, cancellationToken))
                : CheckColumns(path, file, cancellationToken) ?? CheckValues(path, LakeSql.Files(_dataset, [path]), file, cancellationToken) ?? CheckOrder(path, cancellationToken);
        }
        catch (DuckDbException error) when (ForeignValueSql.MisfitOf(error.Message) is { } misfit)
        {
            return new LakeProblem(path, misfit, ForeignValueSql.Advice);
        }
        catch (DuckDbException error) when (!SystemFailure.IsShortage(error.Message))
        {
            return new LakeProblem(path, $"expected a readable Parquet file, found: {error.Message.Split('\n')[0]}", Restore);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _connection?.Dispose();
        _database?.Dispose();
    }

    /// <summary>Why a file of another program cannot be written anew, though nothing is wrong with it; null when it can.</summary>
    /// <param name="path">The file.</param>
    /// <param name="file">What the log says of it: <see cref="Check"/> found nothing.</param>
    /// <param name="cancellationToken">Stops.</param>
    internal LakeProblem? FindHindrance(string path, DataFile file, CancellationToken cancellationToken)
    {
        try
        {
            return file.IsForeign ? CheckByShape(path, file, ForeignUse.Rewrite, cancellationToken) : null;
        }
        catch (DuckDbException error) when (ForeignValueSql.MisfitOf(error.Message) is { } misfit)
        {
            return new LakeProblem(path, misfit, "'hybrid compact' leaves the file as it is.");
        }
    }

    /// <summary>A file of another program may have its rows in any order, and types that hold the dataset's values: its values must fit, and its partition.</summary>
    private LakeProblem? CheckByShape(string path, DataFile file, ForeignUse use, CancellationToken cancellationToken)
    {
        var source = new RowSource(path, file, FileShapes.Read(Connection, [path], cancellationToken)[path]);
        if (source.Shape!.Find(_dataset.TimeColumn) is null) return new LakeProblem(path, $"expected the column '{_dataset.TimeColumn}', found none", ForeignValueSql.Advice);
        return CheckValues(path, LakeSql.Rows([source], _dataset, use), file, cancellationToken);
    }

    /// <summary>The first column that a file lacks or has in another type, or null.</summary>
    /// <param name="path">The file.</param>
    /// <param name="file">What the log says of it; null for a file that is in no log yet, which has all columns.</param>
    /// <param name="cancellationToken">Stops.</param>
    internal LakeProblem? CheckColumns(string path, DataFile? file, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        using var result = Connection.Query(LakeSql.Describe(path), cancellationToken);
        while (result.Read())
        {
            for (var row = 0; row < result.Chunk.RowCount; row++) found[Text(result.Chunk.Column(0), row)!] = Text(result.Chunk.Column(1), row)!;
        }

        foreach (var column in DeltaSchema.PhysicalColumns(_dataset))
        {
            if (!found.TryGetValue(column.Name, out var type) && file is not null && IsOlderThan(column, file)) continue;
            if (type is null) return new LakeProblem(path, $"expected the column '{column.Name}', found none", Rewrite);
            if (StoredType.Exactly(type) != column.Type) return new LakeProblem(path, $"column '{column.Name}': expected the type {column.Type.ToSql()}, found {type}", Rewrite);
        }

        return null;
    }

    /// <summary>Whether a file may lack a column: it was written before the dataset got it, so its statistics do not speak of it.</summary>
    private bool IsOlderThan(Column column, DataFile file) =>
        column.Name != _dataset.SymbolColumn && column.Name != _dataset.TimeColumn && file.Statistics.All(one => one.Column != column.Name);

    private LakeProblem? CheckValues(string path, string rows, DataFile file, CancellationToken cancellationToken)
    {
        using var result = Connection.Query(LakeSql.Check(rows, _dataset, file), cancellationToken);
        result.Read();
        var chunk = result.Chunk;
        if (Number(chunk, 0) is var rowCount && rowCount != file.RowCount) return new LakeProblem(path, $"expected {file.RowCount} rows, found {rowCount}", Restore);
        if (Number(chunk, 1) is var strangers and > 0) return new LakeProblem(path, $"expected rows of the symbol '{file.Symbol}' only, found {strangers} of another", Rewrite);
        if (Number(chunk, 2) is var outside and > 0) return Misplaced(path, file, outside, cancellationToken);
        var columns = DeltaSchema.PhysicalColumns(_dataset);
        for (var index = 0; index < columns.Count; index++)
        {
            var name = columns[index].Name;
            var stated = file.Statistics.FirstOrDefault(one => one.Column == name);
            var at = 3 + 3 * index;
            if (stated?.NullCount is { } nulls && Number(chunk, at) is var missing && missing != nulls)
            {
                return new LakeProblem(path, $"column '{name}': expected {nulls} missing values, found {missing}", Rewrite);
            }

            if (Number(chunk, at + 1) == 0) return new LakeProblem(path, $"column '{name}': expected no value below {stated!.Minimum}, found one", Rewrite);
            if (Number(chunk, at + 2) == 0) return new LakeProblem(path, $"column '{name}': expected no value above {stated!.Maximum}, found one", Rewrite);
        }

        return null;
    }

    /// <summary>Instants of a zone that lie a day off were stored by other rules of the zone, such as those of an older program.</summary>
    private LakeProblem Misplaced(string path, DataFile file, long rowCount, CancellationToken cancellationToken)
    {
        var found = $"expected rows of {file.Days} only, found {rowCount} outside";
        var hasZone = _dataset.Find(_dataset.TimeColumn)!.Type.Kind == ColumnKind.TimestampTz && _dataset.TimeZone != ZoneRules.Utc.Id;
        if (!hasZone) return new LakeProblem(path, found, Rewrite);
        using var result = Connection.Query(LakeSql.LiesNear(path, _dataset, file), cancellationToken);
        result.Read();
        if (Number(result.Chunk, 0) == 0) return new LakeProblem(path, found, Rewrite);
        return new LakeProblem(
            path,
            $"{found} by the clocks of {_dataset.TimeZone} in the zone database {ZoneDatabase.Version}: they were stored by other rules",
            $"No row is lost. Run 'hybrid repartition {_dataset.Partitioning.ToText()} --dataset {_dataset.Name}', which moves them.");
    }

    private LakeProblem? CheckOrder(string path, CancellationToken cancellationToken)
    {
        var bySymbol = !_dataset.Partitioning.IsBySymbol();
        var lastSymbol = Array.Empty<byte>();
        var afterSymbols = false;
        var lastTime = long.MinValue;
        long rowIndex = 0;
        using var statement = Connection.Prepare(LakeSql.Order(path, _dataset));
        using var result = statement.ExecuteStreaming(cancellationToken);
        while (result.Read())
        {
            var symbols = result.Chunk.Column(0);
            var times = result.Chunk.Column(1);
            var values = times.Values<long>();
            for (var row = 0; row < result.Chunk.RowCount; row++, rowIndex++)
            {
                if (bySymbol)
                {
                    // Rows without a symbol come last.
                    var missing = symbols.IsNull(row);
                    var order = missing ? (afterSymbols ? 0 : 1) : afterSymbols ? -1 : symbols.Bytes(row).SequenceCompareTo(lastSymbol);
                    if (order < 0) return OutOfOrder(path, rowIndex);
                    if (order > 0)
                    {
                        afterSymbols = missing;
                        if (!missing) lastSymbol = symbols.Bytes(row).ToArray();
                        lastTime = long.MinValue;
                    }
                }

                if (times.IsNull(row)) continue;
                if (values[row] < lastTime) return OutOfOrder(path, rowIndex);
                lastTime = values[row];
            }
        }

        return null;
    }

    private LakeProblem OutOfOrder(string path, long rowIndex) => new(
        path,
        $"expected rows in order of {(_dataset.Partitioning.IsBySymbol() ? _dataset.TimeColumn : $"{_dataset.SymbolColumn} and {_dataset.TimeColumn}")}, found row {rowIndex + 1} out of order",
        "Run 'hybrid compact': it writes the file anew.");

    private static long Number(DuckDbChunk chunk, int column) => chunk.Column(column).Values<long>()[0];

    private static string? Text(DuckDbVector column, int row) => column.IsNull(row) ? null : Encoding.UTF8.GetString(column.Bytes(row));
}
