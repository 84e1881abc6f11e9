using HybridStore.Lake;
using HybridStore.Lake.Foreign;
using HybridStore.Native.DuckDb;

namespace HybridStore.Query;

/// <summary>The views over all files of a dataset that an engine's statements share.</summary>
/// <remarks>Thread-safe. A view stays good while no later commit can have moved a file: see <see cref="LakeSnapshot.IsNewest"/>.</remarks>
internal sealed class WholeViews(DuckDbDatabase database)
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _made = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Makes a dataset's view, unless an earlier statement did.</summary>
    internal void Require(LakeSnapshot snapshot, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_made.Contains(snapshot.Dataset.Name)) return;
            using var connection = database.Connect();
            connection.Execute(QuerySql.CreateWholeView(snapshot, RowSource.Of(snapshot, snapshot.Files, connection, cancellationToken)), cancellationToken);
            _made.Add(snapshot.Dataset.Name);
        }
    }
}
