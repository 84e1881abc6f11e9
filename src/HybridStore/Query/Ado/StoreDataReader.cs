using System.Collections;
using System.Data;
using System.Data.Common;

namespace HybridStore.Query.Ado;

/// <summary>A statement's rows, value by value; for many rows <see cref="StoreSession.Scan"/> and its spans are faster.</summary>
/// <remarks>Any number of them may be open on one connection, each with a statement of its own.</remarks>
internal sealed class StoreDataReader : DbDataReader, IDbColumnSchemaGenerator
{
    private readonly StoreConnection _connection;
    private readonly QueryReader _rows;
    private readonly StatementCancellation _cancellation;
    private readonly CommandBehavior _behavior;
    private bool _isBeforeFirst = true;
    private bool _isClosed;
    private int _row = -1;
    private int _rowCount;

    internal StoreDataReader(StoreConnection connection, QueryReader rows, StatementCancellation cancellation, CommandBehavior behavior)
    {
        _connection = connection;
        _rows = rows;
        _cancellation = cancellation;
        _behavior = behavior;
        connection.Add(this);
        HasRows = ReadChunk();
    }

    public override int Depth => 0;

    public override int FieldCount => _rows.Columns.Count;

    public override bool HasRows { get; }

    public override bool IsClosed => _isClosed;

    public override int RecordsAffected => -1;

    public override object this[int ordinal] => GetValue(ordinal);

    public override object this[string name] => GetValue(GetOrdinal(name));

    public override bool Read()
    {
        if (_isClosed) throw new InvalidOperationException("The reader is closed.");
        var isFirst = _isBeforeFirst;
        _isBeforeFirst = false;
        if (++_row < _rowCount) return true;
        return !isFirst && ReadChunk() && ++_row < _rowCount;
    }

    public override bool NextResult() => false;

    public override void Close()
    {
        if (_isClosed) return;
        _isClosed = true;
        _rows.Dispose();
        _cancellation.Dispose();
        _connection.Remove(this);
        if (_behavior.HasFlag(CommandBehavior.CloseConnection)) _connection.Close();
    }

    public override string GetName(int ordinal) => _rows.Columns[ordinal].Name;

    public override int GetOrdinal(string name)
    {
        var columns = _rows.Columns;
        foreach (var comparison in (StringComparison[])[StringComparison.Ordinal, StringComparison.OrdinalIgnoreCase])
        {
            for (var index = 0; index < columns.Count; index++)
            {
                if (columns[index].Name.Equals(name, comparison)) return index;
            }
        }

        throw new ArgumentException($"There is no column '{name}'. {Suggestion.For(name, [.. columns.Select(column => column.Name)])}", nameof(name));
    }

    public override string GetDataTypeName(int ordinal) => _rows.Columns[ordinal].Type.ToString();

    public override Type GetFieldType(int ordinal) => FieldValue.TypeOf(_rows.Columns[ordinal].Type);

    public override bool IsDBNull(int ordinal) => RowValue.IsNull(_rows, ordinal, CurrentRow);

    public override object GetValue(int ordinal) => IsDBNull(ordinal) ? DBNull.Value : FieldValue.Of(_rows, ordinal, _row);

    public override int GetValues(object[] values)
    {
        var count = Math.Min(values.Length, FieldCount);
        for (var ordinal = 0; ordinal < count; ordinal++) values[ordinal] = GetValue(ordinal);
        return count;
    }

    public override T GetFieldValue<T>(int ordinal)
    {
        if (!IsDBNull(ordinal)) return FieldValue.As<T>(_rows, ordinal, _row);
        if (typeof(T) == typeof(DBNull) || typeof(T) == typeof(object)) return (T)(object)DBNull.Value;
        return default(T) is null && typeof(T).IsValueType ? default! : throw new InvalidCastException($"Column '{GetName(ordinal)}' is null in this row: ask IsDBNull first.");
    }

    public override bool GetBoolean(int ordinal) => GetFieldValue<bool>(ordinal);

    public override byte GetByte(int ordinal) => GetFieldValue<byte>(ordinal);

    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length) =>
        Copy(GetFieldValue<byte[]>(ordinal), dataOffset, buffer, bufferOffset, length);

    public override char GetChar(int ordinal) => GetFieldValue<char>(ordinal);

    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length) =>
        Copy(GetString(ordinal).ToCharArray(), dataOffset, buffer, bufferOffset, length);

    public override DateTime GetDateTime(int ordinal) => GetFieldValue<DateTime>(ordinal);

    public override decimal GetDecimal(int ordinal) => GetFieldValue<decimal>(ordinal);

    public override double GetDouble(int ordinal) => GetFieldValue<double>(ordinal);

    public override float GetFloat(int ordinal) => GetFieldValue<float>(ordinal);

    public override Guid GetGuid(int ordinal) => GetFieldValue<Guid>(ordinal);

    public override short GetInt16(int ordinal) => GetFieldValue<short>(ordinal);

    public override int GetInt32(int ordinal) => GetFieldValue<int>(ordinal);

    public override long GetInt64(int ordinal) => GetFieldValue<long>(ordinal);

    public override string GetString(int ordinal) => GetFieldValue<string>(ordinal);

    public override IEnumerator GetEnumerator() => new DbEnumerator(this, closeReader: false);

    public System.Collections.ObjectModel.ReadOnlyCollection<DbColumn> GetColumnSchema() =>
        new([.. Enumerable.Range(0, FieldCount).Select(ordinal => new StoreColumn(GetName(ordinal), ordinal, GetFieldType(ordinal), GetDataTypeName(ordinal)))]);

    public override DataTable GetSchemaTable() => StoreColumn.Table(GetColumnSchema());

    private int CurrentRow => !_isClosed && !_isBeforeFirst && _row < _rowCount
        ? _row
        : throw new InvalidOperationException("There is no row: Read was not called, or returned false.");

    private bool ReadChunk()
    {
        try
        {
            var isRead = _rows.Read();
            _rowCount = isRead ? _rows.Chunk.RowCount : 0;
            _row = -1;
            return isRead;
        }
        catch (OperationCanceledException exception) when (_cancellation.IsTimeout)
        {
            throw _cancellation.TimedOut(exception);
        }
    }

    private static long Copy<T>(T[] value, long offset, T[]? buffer, int bufferOffset, int length)
    {
        if (buffer is null) return value.Length;
        var count = (int)Math.Min(length, Math.Max(0, value.Length - offset));
        Array.Copy(value, offset, buffer, bufferOffset, count);
        return count;
    }
}
